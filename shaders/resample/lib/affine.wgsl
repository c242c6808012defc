// Pixels under a linear map about the middle of an image [planes, h, w]: the pixel at p shows what lies at
// middle + matrix · (p − middle), interpolated between its four neighbours, and 0 beyond the border.
//#import lib/index.wgsl

struct Params {
  size: u32,
  h: u32,
  w: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> matrix: array<f32>; // row by row: down, right
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn middle() -> vec2<f32> {
  return 0.5 * (vec2(f32(params.h), f32(params.w)) - 1.0);
}

fn source(pixel: vec2<f32>) -> vec2<f32> {
  let offset = pixel - middle();
  return middle() + vec2(matrix[0] * offset.x + matrix[1] * offset.y, matrix[2] * offset.x + matrix[3] * offset.y);
}

// Of the neighbour at `at` in what a place between pixels shows.
fn share(place: vec2<f32>, at: vec2<f32>) -> f32 {
  let near = max(vec2(0.0), 1.0 - abs(place - at));
  return near.x * near.y;
}
