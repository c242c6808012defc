// One-dimensional launches: more than 65,535 workgroups are folded into y, so the element is found from both.
const GROUP = 64u;

fn linear_index(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.x + id.y * groups.x * GROUP;
}
