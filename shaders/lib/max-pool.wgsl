// What the two kernels of max-pool share: x [planes, h, w] under windows → [planes, p, q].
//#import lib/index.wgsl

const SPAN = 3u; // taps of a row that are looked at in one turn

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

const LOWEST = -3.40282346638528859812e38; // of all f32; WGSL has no infinity
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

  var value = LOWEST;
  var place = NOWHERE;
  var r = 0u;
  var s0 = 0u;
  for (var step = 0u; step < params.kernel.x * ((params.kernel.y + SPAN - 1u) / SPAN); step++) {
    let row = u32(top + i32(r * params.dilation.x)); // negative becomes huge
    let line = (plane + min(row, params.image.x - 1u)) * params.image.y;
    //#unroll s 0..SPAN
    let column_s = u32(left + i32((s0 + s) * params.dilation.y));
    let place_s = line + min(column_s, params.image.y - 1u);
    let value_s = x[place_s];
    let inside_s = row < params.image.x && column_s < params.image.y && s0 + s < params.kernel.y;
    let wins_s = inside_s && (value_s > value || place == NOWHERE);
    value = select(value, value_s, wins_s);
    place = select(place, place_s, wins_s);
    //#end
    s0 = select(s0 + SPAN, 0u, s0 + SPAN >= params.kernel.y);
    r += select(0u, 1u, s0 == 0u);
  }
  return Maximum(value, place);
}
