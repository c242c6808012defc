// Backward of ReLU and Clip under each rule, dy [size] → dx [size]: what the epilogue does to signals, by itself. The mask z is
// the output of the ReLU: where that lies inside the bounds the input did, which need not be kept.
//#import lib/index.wgsl
//#import lib/epilogue.wgsl

struct Params {
  bounds: vec4<u32>, // of the epilogue
  residual: f32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> operand: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = first_of_each(id, groups);
  //#unroll j 0..EACH
  let i_j = min(first + j * GROUP, params.size - 1u);
  dx[i_j] = epilogue(dy[i_j], i_j);
  //#end
}
