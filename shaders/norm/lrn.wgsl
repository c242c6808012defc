// y = x / (bias + alpha · Σ x²)^beta, the sum over neighbouring channels: [n, c, inner] → [n, c, inner].
//#import norm/lib/lrn.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let c = (i / params.inner) % params.c;
  y[i] = x[i] * power(denominator(i - c * params.inner, c), -params.beta);
}
