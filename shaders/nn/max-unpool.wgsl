// Sends each value back to where its maximum was: dy, switches [planes, p, q] → dx [planes, h, w], 0 elsewhere.
// A gather: every element of dx looks at the few windows that cover it and compares their switches with itself.
//#import lib/index.wgsl

override OVERWRITE = false; // windows that share a maximum: the last in scan order wins, instead of adding up

// Windows that are looked at in one turn; as with max-pool, in scan order.
const SPAN_H = 2u;
const SPAN_W = 2u;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  cover: vec2<u32>, // windows that an element can be under, along p and q
  stride: vec2<u32>,
  pad: vec2<u32>, // top, left
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> switches: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.image.y;
  let at = vec2(to_row % params.image.x, i % params.image.y) + params.pad;
  let plane = (to_row / params.image.x) * params.windows.x;
  let first = vec2<i32>(at / params.stride + 1u) - vec2<i32>(params.cover);

  var sum = 0.0;
  var p0 = 0u;
  var q0 = 0u;
  loop {
    //#unroll q 0..SPAN_W
    let column_q = u32(first.y + i32(q0 + q)); // negative becomes huge
    let within_q = (column_q < params.windows.y) & (q0 + q < params.cover.y);
    let offset_q = min(column_q, params.windows.y - 1u);
    //#end
    //#unroll p 0..SPAN_H
    let row_p = u32(first.x + i32(p0 + p));
    let inside_p = (row_p < params.windows.x) & (p0 + p < params.cover.x);
    let line_p = (plane + min(row_p, params.windows.x - 1u)) * params.windows.y;
    //#unroll q 0..SPAN_W
    let window_p_q = line_p + offset_q;
    let mine_p_q = inside_p & within_q & (switches[window_p_q] == i);
    sum = select(sum, dy[window_p_q] + select(sum, 0.0, OVERWRITE), mine_p_q);
    //#end
    //#end
    q0 += SPAN_W;
    if (q0 >= params.cover.y) {
      q0 = 0u;
      p0 += SPAN_H;
    }
    continuing {
      break if p0 >= params.cover.x;
    }
  }
  dx[i] = sum;
}
