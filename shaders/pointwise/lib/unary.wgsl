// What kernels of functions of one number share: y = f(x), [size] → [size]. They say what `apply` makes of a number.
//#import lib/index.wgsl
//#import lib/compare.wgsl

override FUNCTION: u32 = 0u; // the case of src/ops/

struct Params {
  size: u32,
  alpha: u32, // bits of floats, since WGSL has no infinity
  beta: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// WGSL may assume that infinities do not occur, and e^88.8 is one.
fn sigmoid(v: f32) -> f32 {
  return 1.0 / (1.0 + exp(clipped(-v, -87.0, 87.0)));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = first_of_each(id, groups);
  //#unroll j 0..EACH
  let i_j = min(first + j * GROUP, params.size - 1u);
  y[i_j] = apply(x[i_j]);
  //#end
}
