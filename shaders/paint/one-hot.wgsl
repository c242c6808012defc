// 1 for one unit, 0 for all others: y [channels, plane]. Which one is data: a channel and a place in it, or NOWHERE for the
// place where the channel is strongest.
//#import lib/index.wgsl

struct Params {
  size: u32,
  plane: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> extents: array<f32>; // [channels, 3], the last of which is that place
@group(0) @binding(2) var<storage, read> unit: array<u32>; // [2]
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const NOWHERE = 0xffffffffu;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  var place = unit[1];
  if (place == NOWHERE) {
    place = u32(extents[3u * unit[0] + 2u]);
  }
  y[i] = select(0.0, 1.0, i == unit[0] * params.plane + place);
}
