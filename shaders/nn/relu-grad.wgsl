// Backward of ReLU and Clip under each rule, [size] → [size]. The mask comes from the output y: lo < y < hi is where
// the input was inside the bounds, so the input need not be kept.
//#import lib/index.wgsl

const GRADIENT = 0u; // dy where the unit was active
const GUIDED = 1u; // dy where the unit was active and dy > 0 (Springenberg et al. 2015, §3)
const DECONVNET = 2u; // dy where dy > 0, whatever the unit did (Zeiler & Fergus 2014, §2.1)

override RULE: u32 = 0u;

struct Params {
  size: u32,
  lo: f32,
  hi: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let signal = dy[i];
  let is_active = (y[i] > params.lo && y[i] < params.hi) || RULE == DECONVNET;
  let is_positive = signal > 0.0 || RULE == GRADIENT;
  dx[i] = select(0.0, signal, is_active && is_positive);
}
