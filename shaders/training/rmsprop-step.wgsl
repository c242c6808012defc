// A step of RMSprop (Tieleman & Hinton 2012) with momentum, epsilon outside of the root.
//#import lib/index.wgsl

struct Params {
  size: u32,
  alpha: f32,
  epsilon: f32,
  momentum: f32,
  decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> dw: array<f32>;
@group(0) @binding(3) var<storage, read> settings: array<f32>; // rate, 1 − β₁ᵗ, 1 − β₂ᵗ, factor, go
@group(0) @binding(4) var<storage, read> square: array<f32>;
@group(0) @binding(5) var<storage, read> velocity: array<f32>;
@group(0) @binding(6) var<storage, read_write> next_w: array<f32>;
@group(0) @binding(7) var<storage, read_write> next_square: array<f32>;
@group(0) @binding(8) var<storage, read_write> next_velocity: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let goes = settings[4] != 0.0;
  let g = dw[i] * settings[3] + params.decay * w[i];
  let s = params.alpha * square[i] + (1.0 - params.alpha) * g * g;
  let v = params.momentum * velocity[i] + g / (sqrt(s) + params.epsilon);
  next_w[i] = select(w[i], w[i] - settings[0] * v, goes);
  next_square[i] = select(square[i], s, goes);
  next_velocity[i] = select(velocity[i], v, goes);
}
