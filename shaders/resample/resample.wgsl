// x along one axis as another number of elements: each a weighted sum of a few neighbours, y[o] = Σ weights[o, t] · x[first[o] + t].
//#import lib/index.wgsl

struct Params {
  size: u32,
  inner: u32, // elements behind the axis
  along_x: u32, // elements along the axis in x
  along_y: u32, // and in y
  taps: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> first: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let row = i / params.inner;
  let outer = row / params.along_y;
  let at = row - outer * params.along_y;
  let start = (outer * params.along_x + first[at]) * params.inner + i - row * params.inner;
  var sum = 0.0;
  for (var t = 0u; t < params.taps; t++) {
    sum += weights[at * params.taps + t] * x[start + t * params.inner];
  }
  y[i] = sum;
}
