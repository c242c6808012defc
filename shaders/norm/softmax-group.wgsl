// Softmax, one workgroup for each row; for many classes.
//#import norm/lib/softmax.wgsl
//#import lib/group.wgsl

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  let first = first_of(min(row, params.rows - 1u));
  var top = x[first];
  for (var k = lane; k < params.length; k += GROUP) {
    top = larger_of(top, x[first + k * params.stride]);
  }
  top = group_max(lane, top);
  var sum = 0.0;
  for (var k = lane; k < params.length; k += GROUP) {
    sum += exp(x[first + k * params.stride] - top);
  }
  sum = group_sum(lane, sum);
  if (row < params.rows) {
    for (var k = lane; k < params.length; k += GROUP) {
      store(first + k * params.stride, top, sum);
    }
  }
}
