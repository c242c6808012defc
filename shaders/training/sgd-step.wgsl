// A step of gradient descent with momentum: velocity ← momentum · velocity + g, w ← w − rate · velocity.
//#import lib/index.wgsl

struct Params {
  size: u32,
  momentum: f32,
  nesterov: u32, // 1: w ← w − rate · (g + momentum · velocity)
  decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> dw: array<f32>;
@group(0) @binding(3) var<storage, read> settings: array<f32>; // rate, 1 − β₁ᵗ, 1 − β₂ᵗ, factor, go
@group(0) @binding(4) var<storage, read> velocity: array<f32>;
@group(0) @binding(5) var<storage, read_write> next_w: array<f32>;
@group(0) @binding(6) var<storage, read_write> next_velocity: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let goes = settings[4] != 0.0;
  let g = dw[i] * settings[3] + params.decay * w[i];
  let v = params.momentum * velocity[i] + g;
  let direction = select(v, g + params.momentum * v, params.nesterov == 1u);
  next_w[i] = select(w[i], w[i] - settings[0] * direction, goes);
  next_velocity[i] = select(velocity[i], v, goes);
}
