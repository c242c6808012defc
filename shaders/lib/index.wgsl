// One-dimensional launches: more than 65,535 workgroups are folded into y, so the element is found from both.
const GROUP = 64u;
const EACH = 1u; // elements an invocation makes, where it makes several

fn linear_index(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.x + id.y * groups.x * GROUP;
}

// The first of an invocation's elements, which lie GROUP apart, so that neighbours read neighbours; they may lie beyond the last.
fn first_of_each(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  let i = linear_index(id, groups);
  return i + i / GROUP * GROUP * (EACH - 1u);
}
