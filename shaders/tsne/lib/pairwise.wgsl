// Sums over all other points, for each of n points at y [2, n] that ought to be near each other as p [n, 4·tiles] says:
// symmetric, rows filled up with zeros so that four numbers are read at once, which halves the time of the whole kernel.
// One invocation sums for TILE neighbouring points over `span` others, which are one of `parts` parts.
//#import lib/index.wgsl

const TILE = 4u; // lanes of a vec4

struct Params {
  n: u32,
  parts: u32,
  span: u32,
  tiles: u32,
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> p: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>; // [quantities, parts, n]

// Points beyond the last lie here: so far away that they neither pull nor push, and their square is a float32.
const NOWHERE = 1e18;

// Stores the sum of a quantity.
fn store(quantity: u32, part: u32, i: u32, sum: f32) {
  if (i < params.n) {
    sums[(quantity * params.parts + part) * params.n + i] = sum;
  }
}
