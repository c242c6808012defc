// A step of Adam (Kingma & Ba 2015, algorithm 1) or AdamW (Loshchilov & Hutter 2019, algorithm 2).
//#import lib/index.wgsl

struct Params {
  size: u32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  decay: f32,
  decoupled: u32, // 1: the decay shrinks w and is no part of g
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> dw: array<f32>;
@group(0) @binding(3) var<storage, read> settings: array<f32>; // rate, 1 − β₁ᵗ, 1 − β₂ᵗ, factor, go
@group(0) @binding(4) var<storage, read> mean: array<f32>;
@group(0) @binding(5) var<storage, read> square: array<f32>;
@group(0) @binding(6) var<storage, read_write> next_w: array<f32>;
@group(0) @binding(7) var<storage, read_write> next_mean: array<f32>;
@group(0) @binding(8) var<storage, read_write> next_square: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let goes = settings[4] != 0.0;
  let decoupled = params.decoupled == 1u;
  let g = dw[i] * settings[3] + select(params.decay * w[i], 0.0, decoupled);
  let m = params.beta1 * mean[i] + (1.0 - params.beta1) * g;
  let v = params.beta2 * square[i] + (1.0 - params.beta2) * g * g;
  let shrunk = select(w[i], w[i] * (1.0 - settings[0] * params.decay), decoupled);
  let moved = shrunk - settings[0] * (m / settings[1]) / (sqrt(v / settings[2]) + params.epsilon);
  next_w[i] = select(w[i], moved, goes);
  next_mean[i] = select(mean[i], m, goes);
  next_square[i] = select(square[i], v, goes);
}
