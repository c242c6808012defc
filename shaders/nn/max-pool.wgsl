// Maxima under windows: x [planes, h, w] → y [planes, p, q].
//#import lib/max-pool.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  y[i] = maximum(i).value;
}
