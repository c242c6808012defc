// Sum or mean over axes, one workgroup for each output; for long sums: 64 partial sums are faster and more exact.
//#import lib/reduction.wgsl
//#import lib/group.wgsl

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = group.x + group.y * groups.x;
  let first = first_term(min(i, params.size - 1u));
  var sum = 0.0;
  for (var k = lane; k < params.terms; k += GROUP) {
    sum += x[first + term_offset(k)];
  }
  let total = group_sum(lane, sum);
  if (lane == 0u && i < params.size) {
    y[i] = total * params.scale;
  }
}
