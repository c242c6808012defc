// Sum, mean, maximum or minimum over axes, one invocation for each output; for few terms.
//#import reduce/lib/reduction.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let first = first_term(i);
  var result = start(first);
  for (var k = 0u; k < params.terms; k++) {
    result = combine(result, x[first + term_offset(k)]);
  }
  y[i] = result * params.scale;
}
