// What local response normalisation and its gradient share: images [n, c, inner] (Krizhevsky et al. 2012, §3.3).
//#import lib/index.wgsl
//#import lib/compare.wgsl

struct Params {
  c: u32,
  inner: u32, // elements of one channel
  before: u32, // neighbours counted on each side
  after: u32,
  alpha: f32, // divided by the number of neighbours, as ONNX has it
  beta: f32,
  bias: f32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;

// The denominator to a power.
fn power(base: f32, exponent: f32) -> f32 {
  return keeping_nan(pow(base, exponent), base);
}

// bias + alpha · Σ x² over the neighbours of channel c; `image` is where its pixel lies in channel 0.
fn denominator(image: u32, c: u32) -> f32 {
  let end = min(c + params.after + 1u, params.c);
  var squares = 0.0;
  for (var j = max(c, params.before) - params.before; j < end; j++) {
    let value = x[image + j * params.inner];
    squares += value * value;
  }
  return params.bias + params.alpha * squares;
}
