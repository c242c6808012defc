// Adjoint of affine: each pixel gathers the signals of those that showed it. They lie around where the inverse map puts it.
//#import resample/lib/affine.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let line = i / params.w;
  let plane = line / params.h;
  let pixel = vec2(f32(line - plane * params.h), f32(i - line * params.w));

  let determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2];
  let back = vec4(matrix[3], -matrix[1], -matrix[2], matrix[0]) / determinant;
  let offset = pixel - middle();
  let centre = middle() + vec2(back.x * offset.x + back.y * offset.y, back.z * offset.x + back.w * offset.y);
  // A little more than needed, for what rounding does to places at the edge.
  let reach = vec2(abs(back.x) + abs(back.y), abs(back.z) + abs(back.w)) + 0.01;
  let last = vec2(f32(params.h), f32(params.w)) - 1.0;
  let low = max(ceil(centre - reach), vec2(0.0));
  let high = min(floor(centre + reach), last);

  var sum = 0.0;
  for (var row = low.x; row <= high.x; row += 1.0) {
    for (var column = low.y; column <= high.y; column += 1.0) {
      let weight = share(source(vec2(row, column)), pixel);
      sum += weight * x[(plane * params.h + u32(row)) * params.w + u32(column)];
    }
  }
  y[i] = sum;
}
