// A row of values [rows, size] → [size], chosen by chance: which one depends on the seed, the stream and the step alone.
//#import lib/index.wgsl
//#import lib/chance.wgsl

struct Params {
  size: u32,
  rows: u32,
  seed: u32,
  stream: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> step: array<f32>; // a whole number
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let bits = drawn(params.seed, params.stream, u32(step[0]));
  let row = ((bits >> 16u) * params.rows) >> 16u;
  y[i] = values[row * params.size + i];
}
