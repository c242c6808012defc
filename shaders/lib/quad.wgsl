// Four neighbouring invocations of a subgroup work on one tile: each loads a part of what all of them read, and hands it
// on by quadBroadcast, which costs a tenth of a load on a software adapter. Quads exist whatever the size of a subgroup.
enable subgroups;

const GROUP = 8u; // few: a small map has few tiles, and every core is to get some

// The tile of a quad; what lies beyond the last makes that one again.
fn quad_index(id: vec3<u32>, groups: vec3<u32>, quads: u32) -> u32 {
  return min((id.x + id.y * groups.x * GROUP) / 4u, quads - 1u);
}
