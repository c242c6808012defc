// Means under windows: x [planes, h, w] → y [planes, p, q].
//#import lib/average-pool.wgsl

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
  for (var r = 0u; r < params.kernel.x; r++) {
    let row = u32(start.x + i32(r * params.dilation.x)); // negative becomes huge
    if (row >= params.image.x) {
      continue;
    }
    let line = (plane + row) * params.image.y;
    for (var s = 0u; s < params.kernel.y; s++) {
      let column = u32(start.y + i32(s * params.dilation.y));
      sum += select(0.0, x[line + min(column, params.image.y - 1u)], column < params.image.y);
    }
  }
  y[i] = sum / max(divisor(start), 1.0);
}
