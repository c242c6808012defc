// Input gradient of a convolution of any geometry: dy [n, group·k, p, q], w [group·k, c, r, s] → dx [n, group·c, h, w].
// A gather: every input pixel looks for the windows that cover it. One invocation makes TILE_C channels of TILE_W pixels
// of a row that lie one stride apart, for these are met by the same taps and by neighbouring windows.
//#import lib/index.wgsl

const TILE_C = 4u;
const TILE_W = 4u;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  kernel: vec2<u32>, // r, s
  stride: vec2<i32>,
  dilation: vec2<i32>,
  pad: vec2<i32>, // top, left
  step: vec2<u32>, // taps from one that meets a pixel to the next that does: stride / gcd(stride, dilation)
  group: u32,
  c: u32, // channels of a group
  k: u32, // filters of a group
  tiles: u32, // of pixels in a row
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

// The first tap under which a window may start, seen from `at`, the padded place of a pixel.
fn first_tap(at: i32, kernel: u32, stride: i32, dilation: i32) -> u32 {
  var tap = 0u;
  while (tap < kernel && (at - i32(tap) * dilation) % stride != 0) {
    tap++;
  }
  return tap;
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  // Outermost first: image · group + group, tile of channels, row, phase within the stride, tile.
  let c_tiles = (params.c + TILE_C - 1u) / TILE_C;
  let tile = i % params.tiles;
  let to_phase = i / params.tiles;
  let phases = u32(params.stride.y);
  let phase = to_phase % phases;
  let to_row = to_phase / phases;
  let row = to_row % params.image.x;
  let to_channel = to_row / params.image.x;
  let c0 = (to_channel % c_tiles) * TILE_C;
  let part = to_channel / c_tiles;

  let taps = params.kernel.x * params.kernel.y;
  let filter_size = params.c * taps;
  let at = vec2<i32>(vec2(row, phase)) + params.pad;
  let first_r = first_tap(at.x, params.kernel.x, params.stride.x, params.dilation.x);
  let first_s = first_tap(at.y, params.kernel.y, params.stride.y, params.dilation.y);
  //#unroll j 0..TILE_W
  let nth_j = tile + j * params.tiles;
  //#end
  //#unroll c 0..TILE_C
  let channel_c = min(c0 + c, params.c - 1u) * taps;
  //#unroll j 0..TILE_W
  var sum_c_j = 0.0;
  //#end
  //#end

  for (var k = 0u; k < params.k; k++) {
    let plane = (part * params.k + k) * params.windows.x;
    let kernel_at = ((part % params.group) * params.k + k) * filter_size;
    for (var r = first_r; r < params.kernel.x; r += params.step.x) {
      let p = u32((at.x - i32(r) * params.dilation.x) / params.stride.x); // negative becomes huge
      if (p >= params.windows.x) {
        continue;
      }
      let line = (plane + p) * params.windows.y;
      for (var s = first_s; s < params.kernel.y; s += params.step.y) {
        let q = u32((at.y - i32(s) * params.dilation.y) / params.stride.y);
        //#unroll j 0..TILE_W
        let q_j = q + nth_j;
        let dy_j = select(0.0, dy[line + min(q_j, params.windows.y - 1u)], q_j < params.windows.y);
        //#end
        let tap = kernel_at + r * params.kernel.y + s;
        //#unroll c 0..TILE_C
        let w_c = w[tap + channel_c];
        //#unroll j 0..TILE_W
        sum_c_j += w_c * dy_j;
        //#end
        //#end
      }
    }
  }

  //#unroll c 0..TILE_C
  if (c0 + c < params.c) {
    let out = ((part * params.c + c0 + c) * params.image.x + row) * params.image.y;
    //#unroll j 0..TILE_W
    let column_c_j = phase + nth_j * phases;
    if (column_c_j < params.image.y) {
      dx[out + column_c_j] = sum_c_j;
    }
    //#end
  }
  //#end
}
