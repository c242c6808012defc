// What pulls and pushes each point: Σ w, Σ p w (yᵢ − yⱼ), Σ w² (yᵢ − yⱼ) with w = 1 / (1 + ‖yᵢ − yⱼ‖²), the last two as x
// and y each. p is zero on the diagonal.
//#import embed/lib/pairwise.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = linear_index(id, groups);
  if (at >= params.size) {
    return;
  }
  let n = params.n;
  let part = at / params.tiles;
  //#unroll i 0..TILE
  let point_i = min(at % params.tiles + i * params.tiles, n - 1u);
  let x_i = y[point_i];
  let y_i = y[n + point_i];
  var w_i = 0.0;
  var pull_x_i = 0.0;
  var pull_y_i = 0.0;
  var push_x_i = 0.0;
  var push_y_i = 0.0;
  //#end
  let end = min((part + 1u) * params.span, n);
  for (var j = part * params.span; j < end; j++) {
    let other_x = y[j];
    let other_y = y[n + j];
    //#unroll i 0..TILE
    let dx_i = x_i - other_x;
    let dy_i = y_i - other_y;
    let near_i = 1.0 / (1.0 + dx_i * dx_i + dy_i * dy_i);
    let pull_i = p[j * n + point_i] * near_i;
    let push_i = near_i * near_i;
    w_i += select(near_i, 0.0, j == point_i);
    pull_x_i += pull_i * dx_i;
    pull_y_i += pull_i * dy_i;
    push_x_i += push_i * dx_i;
    push_y_i += push_i * dy_i;
    //#end
  }
  //#unroll i 0..TILE
  sums[place(0u, part, point_i)] = w_i;
  sums[place(1u, part, point_i)] = pull_x_i;
  sums[place(2u, part, point_i)] = pull_y_i;
  sums[place(3u, part, point_i)] = push_x_i;
  sums[place(4u, part, point_i)] = push_y_i;
  //#end
}
