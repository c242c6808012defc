// Means under windows: x [planes, h, w] → y [planes, p, q].
//#import pool/lib/average-pool.wgsl

// Taps that are looked at in one turn.
const SPAN_H = 3u;
const SPAN_W = 3u;

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.windows.y;
  let plane = (to_row / params.windows.x) * params.image.x;
  let start = vec2<i32>(vec2(to_row % params.windows.x, i % params.windows.y) * params.stride) - params.pad;

  var sum = 0.0;
  var r0 = 0u;
  var s0 = 0u;
  loop {
    //#unroll s 0..SPAN_W
    let column_s = u32(start.y + i32((s0 + s) * params.dilation.y)); // negative becomes huge
    let within_s = (column_s < params.image.y) & (s0 + s < params.kernel.y);
    let offset_s = min(column_s, params.image.y - 1u);
    //#end
    //#unroll r 0..SPAN_H
    let row_r = u32(start.x + i32((r0 + r) * params.dilation.x));
    let inside_r = (row_r < params.image.x) & (r0 + r < params.kernel.x);
    let line_r = (plane + min(row_r, params.image.x - 1u)) * params.image.y;
    //#unroll s 0..SPAN_W
    sum += select(0.0, x[line_r + offset_s], inside_r & within_s);
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
  y[i] = sum / max(divisor(start), 1.0);
}
