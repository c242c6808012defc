// Softmax along an axis: `rows` rows of `length` classes, the elements of a row `stride` apart.
//#import lib/index.wgsl
//#import lib/compare.wgsl

override LOG: bool = false; // the logarithm of it

struct Params {
  rows: u32,
  length: u32,
  stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn first_of(row: u32) -> u32 {
  let outer = row / params.stride;
  return outer * params.length * params.stride + row - outer * params.stride;
}

// `sum` is that of e^(x − top) over the row. All is NaN where top is no number or infinite: ∞ − ∞ is none.
fn store(at: u32, top: f32, sum: f32) {
  let shifted = x[at] - top;
  let result = select(exp(shifted) / sum, shifted - log(sum), LOG);
  y[at] = select(not_a_number(), result, is_finite(top));
}
