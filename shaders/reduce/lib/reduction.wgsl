// Reductions over axes: each output is the sum or the maximum of `terms` elements of x. Where they lie is split into the
// axes that stay (`kept`) and those that go (`reduced`), innermost first; the host merges neighbours, so that a mean over
// h and w divides neither for an output nor for a term.
//#import lib/index.wgsl
//#import lib/compare.wgsl

// Axes inside the outermost one of each kind.
const KEPT_INNER = 0u;
const REDUCED_INNER = 0u;

override EXTREME: bool = false;

struct Params {
  size: u32,
  terms: u32,
  scale: f32, // of a sum: 1, or 1 / terms for a mean; sign of an extreme: −1 for a minimum
  kept: array<vec4<u32>, 2>,
  kept_strides: array<vec4<u32>, 2>,
  reduced: array<vec4<u32>, 2>,
  reduced_strides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// What an output starts from, and how it goes on with a term. An extreme starts from the term at `first`: WGSL has no −∞.
fn start(first: u32) -> f32 {
  if (EXTREME) {
    return params.scale * x[first];
  }
  return 0.0;
}

fn combine(result: f32, term: f32) -> f32 {
  if (EXTREME) {
    return larger_of(result, params.scale * term);
  }
  return result + term;
}

// Where the terms of output i start in x.
fn first_term(i: u32) -> u32 {
  var rest = i;
  var offset = 0u;
  //#unroll p 0..KEPT_INNER
  {
    let n = params.kept[p / 4u][p % 4u];
    let outer = rest / n;
    offset += (rest - outer * n) * params.kept_strides[p / 4u][p % 4u];
    rest = outer;
  }
  //#end
  return offset + rest * params.kept_strides[KEPT_INNER / 4u][KEPT_INNER % 4u];
}

// Where term k lies from there.
fn term_offset(k: u32) -> u32 {
  var rest = k;
  var offset = 0u;
  //#unroll p 0..REDUCED_INNER
  {
    let n = params.reduced[p / 4u][p % 4u];
    let outer = rest / n;
    offset += (rest - outer * n) * params.reduced_strides[p / 4u][p % 4u];
    rest = outer;
  }
  //#end
  return offset + rest * params.reduced_strides[REDUCED_INNER / 4u][REDUCED_INNER % 4u];
}
