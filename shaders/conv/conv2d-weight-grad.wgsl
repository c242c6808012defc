// Filter gradient of a convolution of any geometry: x [n, group·c, h, w], dy [n, group·k, p, q] → dw [group·k, c, r, s].
// One invocation makes one tap of TILE_K filters × TILE_C channels. Sums are kept by rows, which costs nothing and loses
// fewer digits than one long sum.
//#import lib/index.wgsl

const TILE_K = 4u;
const TILE_C = 4u;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  pad: vec2<i32>, // top, left
  n: u32,
  group: u32,
  c: u32, // channels of a group
  k: u32, // filters of a group
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let c_tiles = (params.c + TILE_C - 1u) / TILE_C;
  let k_tiles = (params.k + TILE_K - 1u) / TILE_K;
  let taps = params.kernel.x * params.kernel.y;
  let tap = i % taps;
  let to_channel = i / taps;
  let c0 = (to_channel % c_tiles) * TILE_C;
  let to_filter = to_channel / c_tiles;
  let k0 = (to_filter % k_tiles) * TILE_K;
  let g = to_filter / k_tiles;

  let down = i32((tap / params.kernel.y) * params.dilation.x) - params.pad.x;
  let right = i32((tap % params.kernel.y) * params.dilation.y) - params.pad.y;
  let x_plane = params.image.x * params.image.y;
  let dy_plane = params.windows.x * params.windows.y;
  //#unroll k 0..TILE_K
  let filter_k = min(k0 + k, params.k - 1u);
  //#unroll c 0..TILE_C
  var sum_k_c = 0.0;
  //#end
  //#end
  //#unroll c 0..TILE_C
  let channel_c = min(c0 + c, params.c - 1u);
  //#end

  for (var n = 0u; n < params.n; n++) {
    let part = n * params.group + g;
    for (var p = 0u; p < params.windows.x; p++) {
      let row = u32(i32(p * params.stride.x) + down); // negative becomes huge
      if (row >= params.image.x) {
        continue;
      }
      //#unroll c 0..TILE_C
      let x_c = (part * params.c + channel_c) * x_plane + row * params.image.y;
      //#end
      //#unroll k 0..TILE_K
      let dy_k = (part * params.k + filter_k) * dy_plane + p * params.windows.y;
      //#unroll c 0..TILE_C
      var line_k_c = 0.0;
      //#end
      //#end
      for (var q = 0u; q < params.windows.y; q++) {
        let column = u32(i32(q * params.stride.y) + right);
        let inside = column < params.image.y;
        let clamped = min(column, params.image.y - 1u);
        //#unroll c 0..TILE_C
        let pixel_c = select(0.0, x[x_c + clamped], inside);
        //#end
        //#unroll k 0..TILE_K
        let signal_k = dy[dy_k + q];
        //#unroll c 0..TILE_C
        line_k_c += signal_k * pixel_c;
        //#end
        //#end
      }
      //#unroll k 0..TILE_K
      //#unroll c 0..TILE_C
      sum_k_c += line_k_c;
      //#end
      //#end
    }
  }

  //#unroll k 0..TILE_K
  //#unroll c 0..TILE_C
  if (k0 + k < params.k && c0 + c < params.c) {
    dw[((g * params.k + k0 + k) * params.c + c0 + c) * taps + tap] = sum_k_c;
  }
  //#end
  //#end
}
