// What the two kernels of max-pool share for large windows: x [planes, h, w] → [planes, p, q]. They say what to store.
//#import lib/index.wgsl
//#import lib/ordered.wgsl

// Taps of a row that are looked at in one turn.
const SPAN = 9u;

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
@group(0) @binding(1) var<storage, read> x: array<i32>; // bits

const NOWHERE = 0xffffffffu; // place of the maximum of a window that lies in the padding

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.windows.y;
  let plane = (to_row / params.windows.x) * params.image.x;
  let at = vec2<i32>(vec2(to_row % params.windows.x, i % params.windows.y) * params.stride) - params.pad;

  // The largest element, the first of them in scan order; of a window with NaN the first of these. The padding never wins.
  var order = BEFORE_ALL;
  var place = NOWHERE;
  var r0 = 0u;
  var s0 = 0u;
  loop {
    //#unroll s 0..SPAN
    let column_s = u32(at.y + i32((s0 + s) * params.dilation.y)); // negative becomes huge
    let within_s = (column_s < params.image.y) & (s0 + s < params.kernel.y);
    let offset_s = min(column_s, params.image.y - 1u);
    //#end
    let row = u32(at.x + i32(r0 * params.dilation.x));
    let inside = (row < params.image.x) & (r0 < params.kernel.x);
    let line = (plane + min(row, params.image.x - 1u)) * params.image.y;
    //#unroll s 0..SPAN
    let place_s = line + offset_s;
    let order_s = ordered(x[place_s]);
    let wins_s = inside & within_s & (order_s > order);
    order = select(order, order_s, wins_s);
    place = select(place, place_s, wins_s);
    //#end
    s0 += SPAN;
    if (s0 >= params.kernel.y) {
      s0 = 0u;
      r0++;
    }
    continuing {
      break if r0 >= params.kernel.x;
    }
  }
  store(i, order, place);
}
