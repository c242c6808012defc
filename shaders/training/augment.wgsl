// Pictures [n, c, h, w], each mirrored, moved, cropped, recoloured and covered by chance of its own.
//#import lib/index.wgsl
//#import lib/chance.wgsl

struct Params {
  size: u32,
  c: u32,
  h: u32,
  w: u32,
  flip: u32, // 1: half of them are mirrored
  shift: u32, // px each way
  crop: f32, // least side of the part that is enlarged
  contrast: f32,
  brightness: f32,
  cut_out: u32, // side of a square of zeros, px
  seed: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> step: array<f32>; // a whole number
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// What is drawn for a picture, in this order; the offsets of its channels are drawn after these.
const FLIP = 0u;
const DOWN = 1u;
const RIGHT = 2u;
const CROP = 3u;
const TOP = 4u;
const LEFT = 5u;
const CONTRAST = 6u;
const CUT_ROW = 7u;
const CUT_COLUMN = 8u;
const OFFSETS = 9u;

fn bits_of(image: u32, draw: u32) -> u32 {
  return chance(params.seed, draw, u32(step[0]), image);
}

// From 0 to below 1.
fn share(bits: u32) -> f32 {
  return f32(bits >> 8u) / 16777216.0;
}

// A whole number below another.
fn below(bits: u32, count: u32) -> i32 {
  return i32(((bits >> 16u) * count) >> 16u);
}

fn pixel(plane: u32, row: i32, column: i32) -> f32 {
  let inside = row >= 0 && row < i32(params.h) && column >= 0 && column < i32(params.w);
  let at = u32(clamp(row, 0, i32(params.h) - 1)) * params.w + u32(clamp(column, 0, i32(params.w) - 1));
  return select(0.0, x[plane + at], inside);
}

fn line(plane: u32, row: i32, left: i32, part: f32) -> f32 {
  let a = pixel(plane, row, left);
  return a + part * (pixel(plane, row, left + 1) - a);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let column = i32(i % params.w);
  let row = i32((i / params.w) % params.h);
  let channel = (i / (params.w * params.h)) % params.c;
  let image = i / (params.w * params.h * params.c);
  let plane = (image * params.c + channel) * params.h * params.w;

  let cut = i32(params.cut_out);
  let cut_top = below(bits_of(image, CUT_ROW), params.h) - cut / 2;
  let cut_left = below(bits_of(image, CUT_COLUMN), params.w) - cut / 2;
  if (row >= cut_top && row < cut_top + cut && column >= cut_left && column < cut_left + cut) {
    y[i] = 0.0;
    return;
  }
  let side = 1.0 - share(bits_of(image, CROP)) * (1.0 - params.crop);
  let span = 2u * params.shift + 1u;
  let down = below(bits_of(image, DOWN), span) - i32(params.shift);
  let right = below(bits_of(image, RIGHT), span) - i32(params.shift);
  let mirrored = params.flip == 1u && bits_of(image, FLIP) >> 31u == 1u;
  let at = select(column, i32(params.w) - 1 - column, mirrored);
  let v = f32(row) * side + share(bits_of(image, TOP)) * (1.0 - side) * f32(params.h - 1u);
  let u = f32(at) * side + share(bits_of(image, LEFT)) * (1.0 - side) * f32(params.w - 1u);
  let top = floor(v);
  let left = floor(u);
  let above = line(plane, i32(top) + down, i32(left) + right, u - left);
  let under = line(plane, i32(top) + down + 1, i32(left) + right, u - left);
  let gain = 1.0 + params.contrast * (2.0 * share(bits_of(image, CONTRAST)) - 1.0);
  let offset = params.brightness * (2.0 * share(bits_of(image, OFFSETS + channel)) - 1.0);
  y[i] = gain * (above + (v - top) * (under - above)) + offset;
}
