// Softmax, one invocation for each row; for few classes.
//#import norm/lib/softmax.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = linear_index(id, groups);
  if (row >= params.rows) {
    return;
  }
  let first = first_of(row);
  let end = first + params.length * params.stride;
  var top = x[first];
  for (var at = first; at < end; at += params.stride) {
    top = larger_of(top, x[at]);
  }
  var sum = 0.0;
  for (var at = first; at < end; at += params.stride) {
    sum += exp(x[at] - top);
  }
  for (var at = first; at < end; at += params.stride) {
    store(at, top, sum);
  }
}
