// Products of matrices with any strides, as matmul, for GPUs with fast workgroup memory: y [outer, inner, m, n] = alpha · a
// [m, k] · b [k, n] + beta · bias. A workgroup of 16 × 16 makes 64 × 64 numbers, 4 × 4 each (sixteen apart), from slabs of
// 16 along k that it loads together. Numbers beyond the edges count as 0 and are not stored.
//#import lib/matmul.wgsl
//#import lib/epilogue.wgsl

const SIDE = 16u; // of the workgroup, and depth of a slab
const TILE = 64u; // 4 · SIDE

var<workgroup> slab_a: array<array<f32, TILE>, SIDE>; // [k, m]
var<workgroup> slab_b: array<array<f32, TILE>, SIDE>; // [k, n]

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(local_invocation_id) local: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  let outer = group.z / params.inner;
  let inner = group.z % params.inner;
  let row0 = group.y * TILE;
  let column0 = group.x * TILE;
  let from_a = outer * params.a.x + inner * params.a.y;
  let from_b = outer * params.b.x + inner * params.b.y;

  //#unroll i 0..4
  //#unroll j 0..4
  var sum_i_j = 0.0;
  //#end
  //#end
  for (var k0 = 0u; k0 < params.k; k0 += SIDE) {
    // Neighbours read neighbours: of a mostly along k, of b along n.
    let k_a = k0 + local.x;
    let k_b = k0 + local.y;
    //#unroll i 0..4
    let row_i = row0 + local.y + SIDE * i;
    let at_i = from_a + min(row_i, params.m - 1u) * params.a.z + min(k_a, params.k - 1u) * params.a.w;
    slab_a[local.x][local.y + SIDE * i] = select(0.0, a[at_i], (row_i < params.m) & (k_a < params.k));
    let column_i = column0 + local.x + SIDE * i;
    let of_i = from_b + min(k_b, params.k - 1u) * params.b.z + min(column_i, params.n - 1u) * params.b.w;
    slab_b[local.y][local.x + SIDE * i] = select(0.0, b[of_i], (column_i < params.n) & (k_b < params.k));
    //#end
    workgroupBarrier();
    for (var k = 0u; k < SIDE; k++) {
      //#unroll j 0..4
      let b_j = slab_b[k][local.x + SIDE * j];
      //#end
      //#unroll i 0..4
      let a_i = slab_a[k][local.y + SIDE * i];
      //#unroll j 0..4
      sum_i_j += a_i * b_j;
      //#end
      //#end
    }
    workgroupBarrier();
  }

  //#unroll i 0..4
  //#unroll j 0..4
  {
    let row = row0 + local.y + SIDE * i;
    let column = column0 + local.x + SIDE * j;
    if (row < params.m && column < params.n) {
      let at = outer * params.bias.x + inner * params.bias.y + row * params.bias.z + column * params.bias.w;
      let offset = select(0.0, params.beta * bias[at], params.beta != 0.0);
      let to = group.z * params.y_part + row * params.n + column;
      y[to] = finish(params.alpha * sum_i_j + offset, to);
    }
  }
  //#end
  //#end
}
