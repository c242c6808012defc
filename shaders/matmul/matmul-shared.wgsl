// Products of matrices with any strides, as matmul, for GPUs with fast workgroup memory: y [outer, inner, m, n] = alpha · a
// [m, k] · b [k, n] + beta · bias. SIDE × SIDE invocations make 4 · SIDE × 4 · SIDE numbers, 4 × 4 each (SIDE apart), from
// slabs of SIDE along k that they load together. A workgroup has SLICES such squares, each of which takes a part of k
// (split-K): a small product has few tiles, and by itself would leave most of a GPU idle. Numbers beyond the edges count
// as 0 and are not stored.
//#import matmul/lib/matmul.wgsl
//#import lib/epilogue.wgsl

const SIDE = 16u;
const SLICES = 1u;
const TILE = 4u * SIDE;

@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;

var<workgroup> slab_a: array<array<array<f32, TILE>, SIDE>, SLICES>; // [slice, k, m]
var<workgroup> slab_b: array<array<array<f32, TILE>, SIDE>, SLICES>; // [slice, k, n]
var<workgroup> parts: array<f32, select(1u, TILE * TILE, SLICES > 1u)>; // the sums of a slice

@compute @workgroup_size(SIDE, SIDE, SLICES)
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
  // All slices take as many turns, since all meet at the barriers.
  let depth = (params.k + SLICES - 1u) / SLICES;
  let end = min((local.z + 1u) * depth, params.k);
  for (var k0 = 0u; k0 < depth; k0 += SIDE) {
    // Neighbours read neighbours: of a mostly along k, of b along n.
    let k_a = local.z * depth + k0 + local.x;
    let k_b = local.z * depth + k0 + local.y;
    //#unroll i 0..4
    let row_i = row0 + local.y + SIDE * i;
    let at_i = from_a + min(row_i, params.m - 1u) * params.a.z + min(k_a, params.k - 1u) * params.a.w;
    slab_a[local.z][local.x][local.y + SIDE * i] = select(0.0, a[at_i], (row_i < params.m) & (k_a < end));
    let column_i = column0 + local.x + SIDE * i;
    let of_i = from_b + min(k_b, params.k - 1u) * params.b.z + min(column_i, params.n - 1u) * params.b.w;
    slab_b[local.z][local.y][local.x + SIDE * i] = select(0.0, b[of_i], (column_i < params.n) & (k_b < end));
    //#end
    workgroupBarrier();
    for (var k = 0u; k < SIDE; k++) {
      //#unroll j 0..4
      let b_j = slab_b[local.z][k][local.x + SIDE * j];
      //#end
      //#unroll i 0..4
      let a_i = slab_a[local.z][k][local.y + SIDE * i];
      //#unroll j 0..4
      sum_i_j += a_i * b_j;
      //#end
      //#end
    }
    workgroupBarrier();
  }

  for (var slice = 1u; slice < SLICES; slice++) {
    //#unroll i 0..4
    //#unroll j 0..4
    let part_i_j = (local.y + SIDE * i) * TILE + local.x + SIDE * j;
    if (local.z == slice) {
      parts[part_i_j] = sum_i_j;
    }
    //#end
    //#end
    workgroupBarrier();
    //#unroll i 0..4
    //#unroll j 0..4
    sum_i_j += select(0.0, parts[part_i_j], local.z == 0u);
    //#end
    //#end
    workgroupBarrier();
  }
  if (local.z > 0u) {
    return;
  }

  //#unroll i 0..4
  //#unroll j 0..4
  {
    let row = row0 + local.y + SIDE * i;
    let column = column0 + local.x + SIDE * j;
    if (row < params.m && column < params.n) {
      let at = outer * params.bias.x + inner * params.bias.y + row * params.bias.z + column * params.bias.w;
      let offset = select(0.0, params.beta * bias[at], params.beta != 0.0);
      let to = group.z * params.y_batch_stride + row * params.n + column;
      y[to] = epilogue(params.alpha * sum_i_j + offset, to);
    }
  }
  //#end
  //#end
}
