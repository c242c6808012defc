// Maxima under windows and where they are: x [planes, h, w] → y and switches [planes, p, q].
//#import lib/max-pool.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> switches: array<u32>; // indices into the whole of x

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let best = maximum(i);
  y[i] = best.value;
  switches[i] = best.place;
}
