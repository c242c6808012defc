// What pulls and pushes each point: Σ w, Σ p w (yᵢ − yⱼ), Σ w² (yᵢ − yⱼ) with w = 1 / (1 + ‖yᵢ − yⱼ‖²), the last two as x
// and y each. p is zero on the diagonal.
//#import tsne/lib/pairwise.wgsl

// Others in one turn of the loop: each sum is then written once for all of them.
const TURN = 4u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = linear_index(id, groups);
  if (at >= params.size) {
    return;
  }
  let n = params.n;
  let part = at / params.tiles;
  let tile = at % params.tiles;
  //#unroll i 0..TILE
  let point_i = tile * TILE + i;
  let x_i = y[min(point_i, n - 1u)];
  let y_i = y[n + min(point_i, n - 1u)];
  var w_i = 0.0;
  var pull_x_i = 0.0;
  var pull_y_i = 0.0;
  var push_x_i = 0.0;
  var push_y_i = 0.0;
  //#end
  let end = min((part + 1u) * params.span, n);
  for (var j = part * params.span; j < end; j += TURN) {
    //#unroll u 0..TURN
    let other_u = min(j + u, n - 1u);
    let x_of_u = select(NOWHERE, y[other_u], j + u < end);
    let p_u = p[other_u * params.tiles + tile];
    let y_of_u = select(NOWHERE, y[n + other_u], j + u < end);
    //#end
    //#unroll i 0..TILE
    //#unroll u 0..TURN
    let dx_u_i = x_i - x_of_u;
    let dy_u_i = y_i - y_of_u;
    let near_u_i = 1.0 / (1.0 + dx_u_i * dx_u_i + dy_u_i * dy_u_i);
    let pull_u_i = p_u[i] * near_u_i;
    let push_u_i = near_u_i * near_u_i;
    let other_w_u_i = select(near_u_i, 0.0, other_u == point_i);
    //#end
    w_i += (other_w_0_i + other_w_1_i) + (other_w_2_i + other_w_3_i);
    pull_x_i += (pull_0_i * dx_0_i + pull_1_i * dx_1_i) + (pull_2_i * dx_2_i + pull_3_i * dx_3_i);
    pull_y_i += (pull_0_i * dy_0_i + pull_1_i * dy_1_i) + (pull_2_i * dy_2_i + pull_3_i * dy_3_i);
    push_x_i += (push_0_i * dx_0_i + push_1_i * dx_1_i) + (push_2_i * dx_2_i + push_3_i * dx_3_i);
    push_y_i += (push_0_i * dy_0_i + push_1_i * dy_1_i) + (push_2_i * dy_2_i + push_3_i * dy_3_i);
    //#end
  }
  //#unroll i 0..TILE
  store(0u, part, point_i, w_i);
  store(1u, part, point_i, pull_x_i);
  store(2u, part, point_i, pull_y_i);
  store(3u, part, point_i, push_x_i);
  store(4u, part, point_i, push_y_i);
  //#end
}
