// Sum, mean, maximum or minimum over axes, one workgroup for each output; for many terms: 64 partial sums are faster and more exact.
//#import reduce/lib/reduction.wgsl
//#import lib/group.wgsl

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = group.x + group.y * groups.x;
  let first = first_term(min(i, params.size - 1u));
  var result = start(first);
  for (var k = lane; k < params.terms; k += GROUP) {
    result = combine(result, x[first + term_offset(k)]);
  }
  if (EXTREME) {
    result = group_max(lane, result);
  } else {
    result = group_sum(lane, result);
  }
  if (lane == 0u && i < params.size) {
    y[i] = result * params.scale;
  }
}
