// Products of matrices with any strides, as matmul, by quads: y [outer, inner, m, n] = alpha · a [m, k] · b [k, n] + beta ·
// bias. The lanes of a quad have different rows (TILE_M each, four apart) of the same TILE_N neighbouring columns: every
// lane loads a quarter of the columns' numbers and shares them, and its own rows'. Sharing is by swaps, which are
// cheaper than broadcasts: of columns 4l … 4l + 3, a lane has number j ^ lane in place of j.
//#import lib/quad.wgsl
//#import matmul/lib/matmul.wgsl
//#import lib/epilogue.wgsl

const TILE_M = 4u;
const TILE_N = 44u; // not more than n
const LOADS = 11u; // a quarter of TILE_N
const STEPS = 8u; // along k in one turn of the loop, which costs as much as it has sums; a divisor of k

@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) invocation: u32,
) {
  let lane = invocation & 3u;
  let i = quad_index(id, groups, params.size);
  let m_tiles = (params.m + 4u * TILE_M - 1u) / (4u * TILE_M);
  // A tile that would hang over the last column is moved back inside.
  let column0 = min((i % params.tiles) * TILE_N, params.n - TILE_N);
  let row0 = ((i / params.tiles) % m_tiles) * 4u * TILE_M + lane;
  let batch = i / (params.tiles * m_tiles);
  let outer = batch / params.inner;
  let inner = batch % params.inner;

  //#unroll i 0..TILE_M
  let a_i = outer * params.a.x + inner * params.a.y + min(row0 + 4u * i, params.m - 1u) * params.a.z;
  //#unroll j 0..TILE_N
  var sum_i_j = 0.0;
  //#end
  //#end
  //#unroll l 0..LOADS
  let b_l = outer * params.b.x + inner * params.b.y + (column0 + 4u * l + lane) * params.b.w;
  //#end

  for (var k = 0u; k < params.k; k += STEPS) {
    //#unroll u 0..STEPS
    //#unroll l 0..LOADS
    let loaded_u_l = b[b_l + (k + u) * params.b.z];
    //#end
    let shared_u = array<f32, TILE_N>(
      //#unroll l 0..LOADS
      loaded_u_l,
      quadSwapX(loaded_u_l),
      quadSwapY(loaded_u_l),
      quadSwapDiagonal(loaded_u_l),
      //#end
    );
    //#unroll i 0..TILE_M
    let a_u_i = a[a_i + (k + u) * params.a.w];
    //#end
    //#end
    //#unroll i 0..TILE_M
    //#unroll j 0..TILE_N
    sum_i_j = sum_i_j
      //#unroll u 0..STEPS
      + a_u_i * shared_u[j]
      //#end
      ;
    //#end
    //#end
  }

  // Results go through memory whose lines a loop indexes: storing each in turn would be most of the machine code.
  var sums = array<array<f32, TILE_N>, TILE_M>(
    //#unroll i 0..TILE_M
    array<f32, TILE_N>(
      //#unroll j 0..TILE_N
      sum_i_j,
      //#end
    ),
    //#end
  );
  for (var i = 0u; i < TILE_M; i++) {
    let row = row0 + 4u * i;
    if (row < params.m) {
      let out = batch * params.y_batch_stride + row * params.n;
      let bias_row = outer * params.bias.x + inner * params.bias.y + row * params.bias.z;
      //#unroll j 0..TILE_N
      let column_j = column0 + (j ^ lane);
      let to_j = out + column_j;
      let offset_j = select(0.0, params.beta * bias[bias_row + column_j * params.bias.w], params.beta != 0.0);
      y[to_j] = epilogue(params.alpha * sums[i][j] + offset_j, to_j);
      //#end
    }
  }
}
