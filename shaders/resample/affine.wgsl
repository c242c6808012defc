// Images turned or scaled about their middle.
//#import resample/lib/affine.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let line = i / params.w;
  let plane = line / params.h;
  let place = source(vec2(f32(line - plane * params.h), f32(i - line * params.w)));
  let corner = floor(place);
  var sum = 0.0;
  for (var k = 0u; k < 4u; k++) {
    let at = corner + vec2(f32(k / 2u), f32(k % 2u));
    if (all(at >= vec2(0.0)) && at.x < f32(params.h) && at.y < f32(params.w)) {
      sum += share(place, at) * x[(plane * params.h + u32(at.x)) * params.w + u32(at.y)];
    }
  }
  y[i] = sum;
}
