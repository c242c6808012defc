// y = (x − mean) / √(variance + epsilon) · scale + bias: x [n, c, inner], the others [c] → y [n, c, inner].
//#import lib/index.wgsl

struct Params {
  c: u32,
  inner: u32, // elements of one channel
  epsilon: f32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> mean: array<f32>;
@group(0) @binding(5) var<storage, read> variance: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let c = (i / params.inner) % params.c;
  y[i] = (x[i] - mean[c]) * (scale[c] * inverseSqrt(variance[c] + params.epsilon)) + bias[c];
}
