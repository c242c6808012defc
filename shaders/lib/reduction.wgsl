// Reductions over axes: each output is the sum or the maximum of `terms` elements of x. Where they lie is split into the
// axes that stay (first KEPT_RANK entries of `kept`) and those that are reduced (REDUCED_RANK entries of `reduced`); the
// host merges neighbours, so that a mean over h and w divides once for each output and never for a term.
//#import lib/index.wgsl

override EXTREME: bool = false;
override KEPT_RANK: u32 = 1u;
override REDUCED_RANK: u32 = 1u;

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

const LOWEST = -3.4028234e38; // WGSL has no infinity

// What an output starts from, and how it goes on with a term.
fn start() -> f32 {
  return select(0.0, LOWEST, EXTREME);
}

fn combine(result: f32, term: f32) -> f32 {
  if (EXTREME) {
    return max(result, params.scale * term);
  }
  return result + term;
}

// Where the terms of output i start in x.
fn first_term(i: u32) -> u32 {
  var rest = i;
  var offset = 0u;
  for (var axis = KEPT_RANK - 1u; axis > 0u; axis--) {
    let n = params.kept[axis / 4u][axis % 4u];
    let outer = rest / n;
    offset += (rest - outer * n) * params.kept_strides[axis / 4u][axis % 4u];
    rest = outer;
  }
  return offset + rest * params.kept_strides[0].x;
}

// Where term k lies from there.
fn term_offset(k: u32) -> u32 {
  var rest = k;
  var offset = 0u;
  for (var axis = REDUCED_RANK - 1u; axis > 0u; axis--) {
    let n = params.reduced[axis / 4u][axis % 4u];
    let outer = rest / n;
    offset += (rest - outer * n) * params.reduced_strides[axis / 4u][axis % 4u];
    rest = outer;
  }
  return offset + rest * params.reduced_strides[0].x;
}
