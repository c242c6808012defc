// What a convolution is asked for, whichever way it is computed, and the tensors: x [n, group·c, h, w], filters w, bias b,
// operand of the epilogue (a residual or a mask), result y.

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  pad: vec2<i32>, // top, left
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  out: vec2<u32>, // size of an image of y
  out_start: vec2<u32>, // where the first window's result goes
  out_step: vec2<u32>, // and how far apart the results lie
  y_batch_stride: u32, // stride of y between groups of images
  w_tap: vec2<i32>, // stride of w between taps along r and s
  w_start: u32, // place of the first tap in the filters of a group
  w_group: u32, // stride of w between groups
  w_k: u32, // between filters
  w_c: u32, // between channels
  bounds: vec4<u32>, // of the epilogue
  residual: f32,
  group: u32,
  c: u32, // channels of a group
  k: u32, // filters of a group
  has_bias: u32,
  parts: u32, // that a filter, or an image, is worked off in: the shader says which
  size: u32, // invocations, or quads of them
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read> operand: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
