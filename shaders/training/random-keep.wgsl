// A mask: 0 by chance, `scale` elsewhere.
//#import lib/index.wgsl
//#import lib/chance.wgsl

struct Params {
  size: u32,
  seed: u32,
  stream: u32,
  threshold: u32, // of 2²⁴: how many numbers are 0
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: array<f32>; // a whole number
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let bits = chance(params.seed, params.stream, u32(step[0]), i) >> 8u;
  y[i] = select(params.scale, 0.0, bits < params.threshold);
}
