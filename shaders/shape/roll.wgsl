// Images [planes, h, w] moved down and to the right by whole pixels; what leaves at one side comes back at the other.
//#import lib/index.wgsl

struct Params {
  size: u32,
  h: u32,
  w: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> down: array<f32>;
@group(0) @binding(3) var<storage, read> right: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn wrapped(at: i32, size: u32) -> u32 {
  let n = i32(size);
  return u32(((at % n) + n) % n);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let line = i / params.w;
  let plane = line / params.h;
  let row = wrapped(i32(line - plane * params.h) - i32(down[0]), params.h);
  let column = wrapped(i32(i - line * params.w) - i32(right[0]), params.w);
  y[i] = x[(plane * params.h + row) * params.w + column];
}
