// What the divergence of the map from p is made of: Σ w, Σ p, Σ p ln(p / w) with w = 1 / (1 + ‖yᵢ − yⱼ‖²).
//#import tsne/lib/pairwise.wgsl

const SMALLEST = 1.17549435e-38; // normal float32

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
  var p_i = 0.0;
  var terms_i = 0.0;
  //#end
  let end = min((part + 1u) * params.span, n);
  for (var j = part * params.span; j < end; j++) {
    let p_j = p[j * params.tiles + tile];
    let other_x = y[j];
    let other_y = y[n + j];
    //#unroll i 0..TILE
    let dx_i = x_i - other_x;
    let dy_i = y_i - other_y;
    let far_i = 1.0 + dx_i * dx_i + dy_i * dy_i;
    let wanted_i = p_j[i];
    w_i += select(1.0 / far_i, 0.0, j == point_i);
    p_i += wanted_i;
    terms_i += wanted_i * log(max(wanted_i * far_i, SMALLEST));
    //#end
  }
  //#unroll i 0..TILE
  store(0u, part, point_i, w_i);
  store(1u, part, point_i, p_i);
  store(2u, part, point_i, terms_i);
  //#end
}
