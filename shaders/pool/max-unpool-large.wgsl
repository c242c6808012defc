// As pool/max-unpool, for elements that many windows cover: dy, switches [planes, p, q] → dx [planes, h, w], 0 elsewhere.
// A gather: every element of dx looks at the windows that cover it and compares their switches with itself.
//#import lib/index.wgsl

override OVERWRITE = false; // windows that share a maximum: the last in scan order wins, instead of adding up

// Windows of a row that are looked at in one turn, in scan order.
const SPAN = 9u;

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
  // Windows that can cover it and exist: of a pool over the whole image there is one, however large it is.
  let behind = vec2<i32>(min(at / params.stride + 1u, params.windows));
  let first = max(vec2<i32>(at / params.stride + 1u) - vec2<i32>(params.cover), vec2(0));
  let count = vec2<u32>(max(behind - first, vec2(0)));

  var sum = 0.0;
  var p0 = 0u;
  var q0 = 0u;
  loop {
    //#unroll q 0..SPAN
    let column_q = u32(first.y) + q0 + q;
    let within_q = q0 + q < count.y;
    let offset_q = min(column_q, params.windows.y - 1u);
    //#end
    let row = u32(first.x) + p0;
    let inside = p0 < count.x;
    let line = (plane + min(row, params.windows.x - 1u)) * params.windows.y;
    //#unroll q 0..SPAN
    let window_q = line + offset_q;
    let mine_q = inside & within_q & (switches[window_q] == i);
    sum = select(sum, dy[window_q] + select(sum, 0.0, OVERWRITE), mine_q);
    //#end
    q0 += SPAN;
    if (q0 >= count.y) {
      q0 = 0u;
      p0++;
    }
    continuing {
      break if p0 >= count.x;
    }
  }
  dx[i] = sum;
}
