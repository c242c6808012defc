// One step of descent with momentum, in which each number has a gain of its own: more where the gradient keeps its sign
// against the movement, less where it does not.
//#import lib/index.wgsl

struct Params {
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> velocity: array<f32>;
@group(0) @binding(3) var<storage, read> gains: array<f32>;
@group(0) @binding(4) var<storage, read> dx: array<f32>;
@group(0) @binding(5) var<storage, read> rates: array<f32>; // momentum, learning rate
@group(0) @binding(6) var<storage, read_write> next_x: array<f32>;
@group(0) @binding(7) var<storage, read_write> next_velocity: array<f32>;
@group(0) @binding(8) var<storage, read_write> next_gains: array<f32>;

const MORE = 0.2;
const LESS = 0.8;
const LEAST = 0.01;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let downhill = (dx[i] > 0.0 && velocity[i] < 0.0) || (dx[i] < 0.0 && velocity[i] > 0.0);
  let wanted = select(gains[i] * LESS, gains[i] + MORE, downhill);
  let gain = select(wanted, LEAST, wanted < LEAST);
  let moved = rates[0] * velocity[i] - rates[1] * gain * dx[i];
  next_gains[i] = gain;
  next_velocity[i] = moved;
  next_x[i] = x[i] + moved;
}
