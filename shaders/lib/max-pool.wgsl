// What the two kernels of max-pool share: x [planes, h, w] under windows → [planes, p, q].
//#import lib/index.wgsl

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  pad: vec2<i32>, // top, left
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;

const LOWEST = -3.4028234e38; // WGSL has no infinity
const NOWHERE = 0xffffffffu;

struct Maximum {
  value: f32,
  place: u32, // in x; NOWHERE for a window that lies in the padding
}

// The largest element under window i, the first of them in scan order. The padding never wins.
fn maximum(i: u32) -> Maximum {
  let q = i % params.windows.y;
  let to_row = i / params.windows.y;
  let p = to_row % params.windows.x;
  let plane = (to_row / params.windows.x) * params.image.x;
  let top = i32(p * params.stride.x) - params.pad.x;
  let left = i32(q * params.stride.y) - params.pad.y;

  var best = Maximum(LOWEST, NOWHERE);
  for (var r = 0u; r < params.kernel.x; r++) {
    let row = u32(top + i32(r * params.dilation.x)); // negative becomes huge
    if (row >= params.image.x) {
      continue;
    }
    let line = (plane + row) * params.image.y;
    for (var s = 0u; s < params.kernel.y; s++) {
      let column = u32(left + i32(s * params.dilation.y));
      let place = line + min(column, params.image.y - 1u);
      let value = x[place];
      if (column < params.image.y && (value > best.value || best.place == NOWHERE)) {
        best = Maximum(value, place);
      }
    }
  }
  return best;
}
