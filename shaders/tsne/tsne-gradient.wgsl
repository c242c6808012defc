// dy [2, n] = 4 (exaggeration · pull − push / z) from the sums [5, parts, n] of tsne-forces.wgsl and z, the sum of all w.
//#import lib/index.wgsl

struct Params {
  n: u32,
  parts: u32,
  size: u32, // 2 n
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> exaggeration: array<f32>;
@group(0) @binding(4) var<storage, read_write> dy: array<f32>;

const SMALLEST = 1.17549435e-38; // normal float32: points that are too far apart do not push

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = linear_index(id, groups);
  if (at >= params.size) {
    return;
  }
  let axis = at / params.n;
  let point = at % params.n;
  var pull = 0.0;
  var push = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    pull += sums[((1u + axis) * params.parts + part) * params.n + point];
    push += sums[((3u + axis) * params.parts + part) * params.n + point];
  }
  let total = select(z[0], SMALLEST, z[0] < SMALLEST);
  dy[at] = 4.0 * (exaggeration[0] * pull - push / total);
}
