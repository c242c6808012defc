// Products of matrices with any strides: y [outer, inner, m, n] = alpha · a [m, k] · b [k, n] + beta · bias, each operand
// moving by its own strides along outer, inner, rows and columns. Serves Gemm, 1×1 convolutions and their gradients.
// One invocation makes TILE_M rows × TILE_N columns; its columns lie `tiles` apart, so that neighbouring invocations read
// neighbouring columns. What lies beyond the last row or column makes that one again, to the last bit.
//#import lib/index.wgsl
//#import matmul/lib/matmul.wgsl
//#import lib/epilogue.wgsl

const TILE_M = 8u;
const TILE_N = 8u;

@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let m_tiles = (params.m + TILE_M - 1u) / TILE_M;
  let tile = i % params.tiles;
  let m0 = ((i / params.tiles) % m_tiles) * TILE_M;
  let batch = i / (params.tiles * m_tiles);
  let outer = batch / params.inner;
  let inner = batch % params.inner;

  //#unroll i 0..TILE_M
  let row_i = min(m0 + i, params.m - 1u);
  let a_i = outer * params.a.x + inner * params.a.y + row_i * params.a.z;
  //#unroll j 0..TILE_N
  var sum_i_j = 0.0;
  //#end
  //#end
  //#unroll j 0..TILE_N
  let column_j = min(tile + j * params.tiles, params.n - 1u);
  let b_j = outer * params.b.x + inner * params.b.y + column_j * params.b.w;
  //#end

  // Two steps along k a turn: a sum is then written once in two products.
  for (var k = 0u; k < params.k; k += 2u) {
    //#unroll u 0..2
    let inside_u = k + u < params.k;
    let k_u = min(k + u, params.k - 1u);
    //#unroll j 0..TILE_N
    let b_u_j = select(0.0, b[b_j + k_u * params.b.z], inside_u);
    //#end
    //#end
    //#unroll i 0..TILE_M
    //#unroll u 0..2
    let a_u_i = select(0.0, a[a_i + k_u * params.a.w], inside_u);
    //#end
    //#unroll j 0..TILE_N
    sum_i_j += a_0_i * b_0_j + a_1_i * b_1_j;
    //#end
    //#end
  }

  //#unroll i 0..TILE_M
  let out_i = batch * params.y_batch_stride + row_i * params.n;
  let bias_i = outer * params.bias.x + inner * params.bias.y + row_i * params.bias.z;
  //#unroll j 0..TILE_N
  let bias_i_j = select(0.0, params.beta * bias[bias_i + column_j * params.bias.w], params.beta != 0.0);
  y[out_i + column_j] = epilogue(params.alpha * sum_i_j + bias_i_j, out_i + column_j);
  //#end
  //#end
}
