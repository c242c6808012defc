// As conv2d-weight-grad, one workgroup for one tap of TILE_K filters × TILE_C channels: first layers and small networks have too
// few taps to keep a GPU busy, and many pixels. Lanes take turns with the pixels of all images, so that neighbours read neighbours.
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
  size: u32, // workgroups
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

var<workgroup> sums: array<f32, GROUP * TILE_K * TILE_C>;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) place: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = place.x + place.y * groups.x;
  let c_tiles = (params.c + TILE_C - 1u) / TILE_C;
  let k_tiles = (params.k + TILE_K - 1u) / TILE_K;
  let taps = params.kernel.x * params.kernel.y;
  let tap = i % taps;
  let to_channel = i / taps;
  let c0 = (to_channel % c_tiles) * TILE_C;
  let to_filter = to_channel / c_tiles;
  let k0 = (to_filter % k_tiles) * TILE_K;
  let g = min(to_filter / k_tiles, params.group - 1u);

  let down = i32((tap / params.kernel.y) * params.dilation.x) - params.pad.x;
  let right = i32((tap % params.kernel.y) * params.dilation.y) - params.pad.y;
  let x_plane = params.image.x * params.image.y;
  let dy_plane = params.windows.x * params.windows.y;
  //#unroll k 0..TILE_K
  let filter_k = min(k0 + k, params.k - 1u) * dy_plane;
  //#unroll c 0..TILE_C
  var sum_k_c = 0.0;
  //#end
  //#end
  //#unroll c 0..TILE_C
  let channel_c = min(c0 + c, params.c - 1u) * x_plane;
  //#end

  for (var at = lane; at < params.n * dy_plane; at += GROUP) {
    let image = at / dy_plane;
    let pixel = at % dy_plane;
    let row = u32(i32((pixel / params.windows.y) * params.stride.x) + down); // negative becomes huge
    let column = u32(i32((pixel % params.windows.y) * params.stride.y) + right);
    if (row >= params.image.x || column >= params.image.y) {
      continue;
    }
    let part = image * params.group + g;
    let pixels = part * params.c * x_plane + row * params.image.y + column;
    let signals = part * params.k * dy_plane + pixel;
    //#unroll c 0..TILE_C
    let pixel_c = x[pixels + channel_c];
    //#end
    //#unroll k 0..TILE_K
    let signal_k = dy[signals + filter_k];
    //#unroll c 0..TILE_C
    sum_k_c += signal_k * pixel_c;
    //#end
    //#end
  }

  //#unroll k 0..TILE_K
  //#unroll c 0..TILE_C
  sums[(k * TILE_C + c) * GROUP + lane] = sum_k_c;
  //#end
  //#end
  workgroupBarrier();
  for (var cell = lane; cell < TILE_K * TILE_C; cell += GROUP) {
    let to_k = k0 + cell / TILE_C;
    let to_c = c0 + cell % TILE_C;
    var sum = 0.0;
    for (var other = 0u; other < GROUP; other++) {
      sum += sums[cell * GROUP + other];
    }
    if (i < params.size && to_k < params.k && to_c < params.c) {
      dw[((g * params.k + to_k) * params.c + to_c) * taps + tap] = sum;
    }
  }
}
