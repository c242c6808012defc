// Sums over all other points, for each of n points at y [2, n] that ought to be near each other as p [n, n] says, symmetric.
// One invocation sums for TILE points over `span` others, which are one of `parts` parts; its points lie `tiles` apart, so
// that neighbouring invocations read neighbouring numbers of p. What lies beyond the last point makes that one again.
//#import lib/index.wgsl

const TILE = 4u;

struct Params {
  n: u32,
  parts: u32,
  span: u32,
  tiles: u32,
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>; // [quantities, parts, n]

// Where the sum of a quantity goes.
fn place(quantity: u32, part: u32, i: u32) -> u32 {
  return (quantity * params.parts + part) * params.n + i;
}
