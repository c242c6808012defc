// y = max(x, 0), and NaN of NaN: [size] → [size].
//#import lib/index.wgsl

struct Params {
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = first_of_each(id, groups);
  //#unroll j 0..EACH
  let i_j = min(first + j * GROUP, params.size - 1u);
  let x_j = x[i_j];
  y[i_j] = select(x_j, 0.0, x_j < 0.0);
  //#end
}
