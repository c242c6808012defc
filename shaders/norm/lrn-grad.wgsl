// Input gradient of local response normalisation: x, dy [n, c, inner] → dx [n, c, inner]. With D the denominators,
// dx_i = dy_i · D_i^−beta − 2 · alpha · beta · x_i · Σ_j dy_j · x_j · D_j^(−beta − 1) over the j whose sum holds i.
//#import norm/lib/lrn.wgsl

@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let c = (i / params.inner) % params.c;
  let image = i - c * params.inner;

  var sum = 0.0;
  let end = min(c + params.before + 1u, params.c);
  for (var j = max(c, params.after) - params.after; j < end; j++) {
    let at = image + j * params.inner;
    sum += dy[at] * x[at] * power(denominator(image, j), -params.beta - 1.0);
  }
  dx[i] = dy[i] * power(denominator(image, c), -params.beta) - 2.0 * params.alpha * params.beta * x[i] * sum;
}
