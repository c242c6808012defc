// A number for each pair of n points x [d, n] → y [n, columns]: their squared distance, or (JOINT) how much t-SNE wants them
// together. One invocation makes TILE_I × TILE_J pairs; its columns lie `tiles` apart, so that neighbouring invocations read
// neighbouring points. Columns beyond the last point are zero where JOINT. What lies beyond the last point makes that one again, to the last bit.
//#import lib/index.wgsl

const TILE_I = 4u;
const TILE_J = 8u;
const JOINT = false;

struct Params {
  n: u32,
  d: u32,
  columns: u32,
  first: u32, // row of y with which this launch begins
  tiles: u32, // of columns
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> rows: array<f32>; // [3, n] of perplexity.wgsl; read where JOINT
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// The probability with which point i picks a neighbour at this squared distance.
fn picks(i: u32, distance: f32) -> f32 {
  return exp(min(rows[i] * (rows[params.n + i] - distance), 0.0)) * rows[2u * params.n + i];
}

fn finish(i: u32, j: u32, distance: f32) -> f32 {
  if (JOINT) {
    return select((picks(i, distance) + picks(min(j, params.n - 1u), distance)) / f32(2u * params.n), 0.0, i == j || j >= params.n);
  }
  return distance;
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = linear_index(id, groups);
  if (at >= params.size) {
    return;
  }
  let tile = at % params.tiles;
  let i0 = params.first + (at / params.tiles) * TILE_I;
  //#unroll j 0..TILE_J
  let column_j = min(tile + j * params.tiles, params.columns - 1u);
  let point_j = min(column_j, params.n - 1u);
  //#end
  //#unroll i 0..TILE_I
  let row_i = min(i0 + i, params.n - 1u);
  //#unroll j 0..TILE_J
  var sum_i_j = 0.0;
  //#end
  //#end

  for (var k = 0u; k < params.d; k++) {
    let start = k * params.n;
    //#unroll j 0..TILE_J
    let b_j = x[start + point_j];
    //#end
    //#unroll i 0..TILE_I
    let a_i = x[start + row_i];
    //#unroll j 0..TILE_J
    let gap_i_j = a_i - b_j;
    sum_i_j += gap_i_j * gap_i_j;
    //#end
    //#end
  }

  //#unroll i 0..TILE_I
  //#unroll j 0..TILE_J
  y[row_i * params.columns + column_j] = finish(row_i, column_j, sum_i_j);
  //#end
  //#end
}
