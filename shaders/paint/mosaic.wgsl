// All channels of x [channels, height, width] beside each other as one picture, a pixel for each number and one between
// tiles: y [size / stride, stride], pixels as in an ImageData. Between tiles, and where a number is not finite, it is
// transparent. One invocation does a pixel.
//#import lib/index.wgsl

struct Params {
  size: u32,
  stride: u32, // pixels of a row; those beyond the last column are empty
  channels: u32,
  height: u32,
  width: u32,
  columns: u32,
  own: u32, // 1: each channel has its own extents; 0: all have the first
  colours: u32,
  symmetric: u32, // 0 is in the middle of the palette
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> extents: array<u32>; // [channels or 1, 3]
@group(0) @binding(3) var<storage, read> palette: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<u32>;

const EXPONENT = 0x7f800000u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let row = i / params.stride;
  let column = i - row * params.stride;
  let tile_row = row / (params.height + 1u);
  let tile_column = column / (params.width + 1u);
  let in_row = row - tile_row * (params.height + 1u);
  let in_column = column - tile_column * (params.width + 1u);
  let channel = tile_row * params.columns + tile_column;
  let gap = in_row == params.height || in_column == params.width;
  if (gap || tile_column >= params.columns || channel >= params.channels) {
    y[i] = 0u;
    return;
  }
  let bits = x[(channel * params.height + in_row) * params.width + in_column];
  if ((bits & EXPONENT) == EXPONENT) {
    y[i] = 0u;
    return;
  }
  var low = bitcast<f32>(extents[3u * channel * params.own]);
  var high = bitcast<f32>(extents[3u * channel * params.own + 1u]);
  if (params.symmetric != 0u) {
    high = max(-low, high);
    low = -high;
  }
  var share = 0.5;
  if (high > low) {
    // Halved, so that no range is too wide for a float
    share = (0.5 * bitcast<f32>(bits) - 0.5 * low) / (0.5 * high - 0.5 * low);
  }
  y[i] = palette[u32(clamp(share, 0.0, 1.0) * f32(params.colours - 1u) + 0.5)];
}
