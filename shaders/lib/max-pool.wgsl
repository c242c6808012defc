// What the two kernels of max-pool share: x [planes, h, w] under windows → [planes, p, q].
//#import lib/index.wgsl

// Taps that are looked at in one turn.
const SPAN_H = 3u;
const SPAN_W = 3u;

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
  let to_row = i / params.windows.y;
  let plane = (to_row / params.windows.x) * params.image.x;
  let at = vec2<i32>(vec2(to_row % params.windows.x, i % params.windows.y) * params.stride) - params.pad;

  // Places of equal values must come in scan order: rows of taps are not broken up unless they are longer than a span,
  // and then a span has one row.
  var value = LOWEST;
  var place = NOWHERE;
  var r0 = 0u;
  var s0 = 0u;
  loop {
    //#unroll s 0..SPAN_W
    let column_s = u32(at.y + i32((s0 + s) * params.dilation.y)); // negative becomes huge
    let within_s = (column_s < params.image.y) & (s0 + s < params.kernel.y);
    let offset_s = min(column_s, params.image.y - 1u);
    //#end
    //#unroll r 0..SPAN_H
    let row_r = u32(at.x + i32((r0 + r) * params.dilation.x));
    let inside_r = (row_r < params.image.x) & (r0 + r < params.kernel.x);
    let line_r = (plane + min(row_r, params.image.x - 1u)) * params.image.y;
    //#unroll s 0..SPAN_W
    let place_r_s = line_r + offset_s;
    let value_r_s = x[place_r_s];
    let wins_r_s = inside_r & within_s & ((value_r_s > value) | (place == NOWHERE));
    value = select(value, value_r_s, wins_r_s);
    place = select(place, place_r_s, wins_r_s);
    //#end
    //#end
    s0 += SPAN_W;
    if (s0 >= params.kernel.y) {
      s0 = 0u;
      r0 += SPAN_H;
    }
    continuing {
      break if r0 >= params.kernel.x;
    }
  }
  return Maximum(value, place);
}
