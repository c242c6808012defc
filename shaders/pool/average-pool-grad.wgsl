// Input gradient of average pooling: dy [planes, p, q] → dx [planes, h, w]. A gather over the windows with a tap on the
// element, each divided by what its mean was divided by.
//#import pool/lib/average-pool.wgsl

// Windows that are looked at in one turn.
const SPAN_H = 2u;
const SPAN_W = 2u;

@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.image.y;
  let pixel = vec2<i32>(vec2(to_row % params.image.x, i % params.image.y));
  let plane = (to_row / params.image.x) * params.windows.x;
  let stride = vec2<i32>(params.stride);
  let dilation = vec2<i32>(params.dilation);
  let reach = (params.kernel - 1u) * params.dilation;
  // Windows that an element can be under, along p and q, and that exist: over the whole image there is one.
  let behind = min((pixel + params.pad) / stride + 1, vec2<i32>(params.windows));
  let first = max((pixel + params.pad) / stride - vec2<i32>(reach / params.stride), vec2(0));
  let cover = vec2<u32>(max(behind - first, vec2(0)));

  var sum = 0.0;
  var p0 = 0u;
  var q0 = 0u;
  loop {
    //#unroll p 0..SPAN_H
    //#unroll q 0..SPAN_W
    let at_p_q = first + vec2<i32>(vec2(p0 + p, q0 + q));
    let start_p_q = at_p_q * stride - params.pad;
    let tap_p_q = pixel - start_p_q;
    let window_p_q = min(vec2<u32>(at_p_q), params.windows - 1u); // negative becomes huge
    let exists_p_q = all(vec2<u32>(at_p_q) == window_p_q) & all(vec2(p0 + p, q0 + q) < cover);
    let mine_p_q = exists_p_q & all(tap_p_q <= vec2<i32>(reach)) & all(tap_p_q % dilation == vec2(0));
    let signal_p_q = dy[(plane + window_p_q.x) * params.windows.y + window_p_q.y];
    sum += select(0.0, signal_p_q / divisor(start_p_q), mine_p_q);
    //#end
    //#end
    q0 += SPAN_W;
    if (q0 >= cover.y) {
      q0 = 0u;
      p0 += SPAN_H;
    }
    continuing {
      break if p0 >= cover.x;
    }
  }
  dx[i] = sum;
}
