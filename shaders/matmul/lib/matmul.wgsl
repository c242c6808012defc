// What a product of matrices is asked for, whichever way it is computed, and the tensors: y [outer, inner, m, n] = alpha ·
// a [m, k] · b [k, n] + beta · bias, each operand moving by its own strides along outer, inner, rows and columns. Who imports
// this binds a and b as 1 and 2.

struct Params {
  m: u32,
  n: u32,
  k: u32,
  inner: u32,
  a: vec4<u32>, // strides along outer, inner, m, k
  b: vec4<u32>, // outer, inner, k, n
  bias: vec4<u32>, // outer, inner, m, n
  y_batch_stride: u32, // stride of y between products
  bounds: vec4<u32>, // of the epilogue
  alpha: f32,
  beta: f32, // 0: there is no bias
  residual: f32,
  tiles: u32, // of columns
  size: u32, // invocations, or quads of them
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> operand: array<f32>; // as y
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
