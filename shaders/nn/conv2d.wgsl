// Convolution of any geometry: x [n, group·c, h, w] ∗ w [group·k, c, r, s] + b [group·k] → y [n, group·k, p, q].
// One invocation makes TILE_K channels of TILE_P pixels; its pixels lie `tiles` apart, so that neighbouring invocations
// read neighbouring pixels.
//#import lib/index.wgsl

const TILE_K = 4u;
const TILE_P = 4u;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  pad: vec2<i32>, // top, left
  group: u32,
  c: u32, // channels of a group
  k: u32, // filters of a group
  tiles: u32, // of pixels
  has_bias: u32,
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

// x at (row, column) of the plane that starts at `start`; 0 in the padding.
fn pixel(start: u32, row: i32, column: i32) -> f32 {
  let at = vec2<u32>(vec2(row, column)); // negative becomes huge
  let last = params.image - 1u;
  let value = x[start + min(at.x, last.x) * params.image.y + min(at.y, last.y)];
  return select(0.0, value, all(at <= last));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let pixels = params.windows.x * params.windows.y;
  let k_tiles = (params.k + TILE_K - 1u) / TILE_K;
  let tile = i % params.tiles;
  let k0 = ((i / params.tiles) % k_tiles) * TILE_K;
  let part = i / (params.tiles * k_tiles); // image · group + group
  let filter_size = params.c * params.kernel.x * params.kernel.y;
  let first_filter = (part % params.group) * params.k;

  //#unroll p 0..TILE_P
  let pixel_p = tile + p * params.tiles;
  let row_p = i32((pixel_p / params.windows.y) * params.stride.x) - params.pad.x;
  let column_p = i32((pixel_p % params.windows.y) * params.stride.y) - params.pad.y;
  //#end
  //#unroll k 0..TILE_K
  let filter_k = min(k0 + k, params.k - 1u) + first_filter;
  let start_k = filter_k * filter_size;
  //#unroll p 0..TILE_P
  var sum_k_p = 0.0;
  //#end
  //#end

  var tap = 0u;
  for (var c = 0u; c < params.c; c++) {
    let plane = (part * params.c + c) * params.image.x * params.image.y;
    for (var r = 0u; r < params.kernel.x; r++) {
      let down = i32(r * params.dilation.x);
      for (var s = 0u; s < params.kernel.y; s++) {
        let right = i32(s * params.dilation.y);
        //#unroll p 0..TILE_P
        let x_p = pixel(plane, row_p + down, column_p + right);
        //#end
        //#unroll k 0..TILE_K
        let w_k = w[start_k + tap];
        //#unroll p 0..TILE_P
        sum_k_p += w_k * x_p;
        //#end
        //#end
        tap++;
      }
    }
  }

  //#unroll k 0..TILE_K
  if (k0 + k < params.k) {
    let bias = select(0.0, b[filter_k], params.has_bias == 1u);
    let out = (part * params.k + k0 + k) * pixels;
    //#unroll p 0..TILE_P
    if (pixel_p < pixels) {
      y[out + pixel_p] = sum_k_p + bias;
    }
    //#end
  }
  //#end
}
