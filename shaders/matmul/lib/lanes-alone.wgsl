// An invocation does its work alone.
//#import lib/index.wgsl

const LANES = 1u;

// What lies beyond the last tile makes that one again.
fn tile_index(id: vec3<u32>, groups: vec3<u32>, tiles: u32) -> u32 {
  return min(linear_index(id, groups), tiles - 1u);
}

fn total(part: f32) -> f32 {
  return part;
}
