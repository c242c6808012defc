// The invocations of a quad share the work, and add their parts up.
//#import lib/quad.wgsl

const LANES = 4u;

fn tile_index(id: vec3<u32>, groups: vec3<u32>, tiles: u32) -> u32 {
  return quad_index(id, groups, tiles);
}

fn total(part: f32) -> f32 {
  let half = part + quadSwapX(part);
  return half + quadSwapY(half);
}
