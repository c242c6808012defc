// Product of a few rows with many, both dense along k, as in a fully connected layer: y [m, n] = alpha · a [m, k] · bᵀ
// [k, n] + beta · bias, with b [n, k] and k a multiple of 4. b is read once, in fours: whoever imports this binds it as
// number 2 and says with `fn weights(at: u32) -> vec4<f32>` what four number `at` is.
// LANES invocations make TILE_M × TILE_N numbers; the columns lie `tiles` apart. They share the sums out, so that they read
// neighbours at once: whoever imports this says how many, which tile is theirs, and what their parts add up to, by one of
// matmul/lib/lanes-*.wgsl. What lies beyond the last row or column makes that one again, to the last bit.
//#import matmul/lib/matmul.wgsl
//#import lib/epilogue.wgsl

const WEIGHTS = 1u; // fours in b: with a known length every load has less to work out on software adapters
const TILE_M = 1u;
const TILE_N = 4u;

@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = tile_index(id, groups, params.size);
  let tile = i % params.tiles;
  let m0 = (i / params.tiles) * TILE_M;
  let fours = params.k / 4u;

  //#unroll j 0..TILE_N
  let column_j = min(tile + j * params.tiles, params.n - 1u);
  let from_j = column_j * fours;
  //#end
  //#unroll i 0..TILE_M
  let row_i = min(m0 + i, params.m - 1u);
  //#unroll j 0..TILE_N
  var sum_i_j = 0.0;
  //#end
  //#end

  for (var k = id.x % LANES; k < fours; k += LANES) {
    //#unroll j 0..TILE_N
    let b_j = weights(from_j + k);
    //#end
    //#unroll i 0..TILE_M
    let a_i = a[row_i * fours + k];
    //#unroll j 0..TILE_N
    sum_i_j += dot(a_i, b_j);
    //#end
    //#end
  }

  //#unroll i 0..TILE_M
  //#unroll j 0..TILE_N
  let total_i_j = total(sum_i_j);
  if (id.x % LANES == 0u) {
    let offset = select(0.0, params.beta * bias[row_i * params.bias.z + column_j * params.bias.w], params.beta != 0.0);
    let to = row_i * params.n + column_j;
    y[to] = epilogue(params.alpha * total_i_j + offset, to);
  }
  //#end
  //#end
}
