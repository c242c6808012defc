// Convolution with a small filter and no dilation: x [n, group·c, h, w] ∗ w + b [group·k] → y [n, group·k, p, q].
// One invocation makes TILE_K channels of TILE_P × TILE_Q neighbouring pixels from a patch of the input that it loads
// once for all of them: a load costs as much as 30 multiplications on a software adapter.
// Filters are read through strides and, with FLIP, backwards, so that the same kernel is the input gradient of a
// convolution of stride 1.
//#import lib/index.wgsl

const KERNEL_H = 3u;
const KERNEL_W = 3u;
const STRIDE_H = 1u;
const STRIDE_W = 1u;
const TILE_K = 4u;
const TILE_P = 2u;
const TILE_Q = 7u;
const PATCH_H = 4u; // (TILE_P − 1)·STRIDE_H + KERNEL_H
const PATCH_W = 9u;
const FLIP = false;

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  pad: vec2<i32>, // top, left
  group: u32,
  c: u32, // channels of a group
  k: u32, // filters of a group
  w_c: u32, // stride of w between channels
  w_k: u32, // stride of w between filters
  has_bias: u32,
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

const TAPS = KERNEL_H * KERNEL_W;

// Place of a tap in its filter.
fn tap(r: u32, s: u32) -> u32 {
  let at = r * KERNEL_W + s;
  return select(at, TAPS - 1u - at, FLIP);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let p_tiles = (params.windows.x + TILE_P - 1u) / TILE_P;
  let q_tiles = (params.windows.y + TILE_Q - 1u) / TILE_Q;
  let k_tiles = (params.k + TILE_K - 1u) / TILE_K;
  let q0 = (i % q_tiles) * TILE_Q;
  let above = i / q_tiles;
  let p0 = (above % p_tiles) * TILE_P;
  let higher = above / p_tiles;
  let k0 = (higher % k_tiles) * TILE_K;
  let part = higher / k_tiles; // image · group + group
  let g = part % params.group;

  //#unroll h 0..PATCH_H
  let row_h = u32(i32(p0 * STRIDE_H + h) - params.pad.x); // negative becomes huge
  let inside_h = row_h < params.image.x;
  let start_h = min(row_h, params.image.x - 1u) * params.image.y;
  //#end
  //#unroll w 0..PATCH_W
  let column_w = u32(i32(q0 * STRIDE_W + w) - params.pad.y);
  let within_w = column_w < params.image.y;
  let offset_w = min(column_w, params.image.y - 1u);
  //#end
  //#unroll k 0..TILE_K
  //#unroll p 0..TILE_P
  //#unroll q 0..TILE_Q
  var sum_k_p_q = 0.0;
  //#end
  //#end
  //#end

  let plane = params.image.x * params.image.y;
  for (var c = 0u; c < params.c; c++) {
    let from_x = (part * params.c + c) * plane;
    let from_w = g * params.c * params.k * TAPS + c * params.w_c;
    let cells = array<array<f32, PATCH_W>, PATCH_H>(
      //#unroll h 0..PATCH_H
      array<f32, PATCH_W>(
        //#unroll w 0..PATCH_W
        select(0.0, x[from_x + start_h + offset_w], inside_h && within_w),
        //#end
      ),
      //#end
    );
    //#unroll k 0..TILE_K
    let filter_k = from_w + min(k0 + k, params.k - 1u) * params.w_k;
    //#unroll r 0..KERNEL_H
    //#unroll s 0..KERNEL_W
    let w_k_r_s = w[filter_k + tap(r, s)];
    //#end
    //#end
    //#unroll p 0..TILE_P
    //#unroll q 0..TILE_Q
    sum_k_p_q +=
      //#unroll r 0..KERNEL_H
      //#unroll s 0..KERNEL_W
      w_k_r_s * cells[p * STRIDE_H + r][q * STRIDE_W + s] +
      //#end
      //#end
      0.0;
    //#end
    //#end
    //#end
  }

  //#unroll k 0..TILE_K
  if (k0 + k < params.k) {
    let bias = select(0.0, b[g * params.k + k0 + k], params.has_bias == 1u);
    let out = (part * params.k + k0 + k) * params.windows.x;
    //#unroll p 0..TILE_P
    //#unroll q 0..TILE_Q
    if (p0 + p < params.windows.x && q0 + q < params.windows.y) {
      y[(out + p0 + p) * params.windows.y + q0 + q] = sum_k_p_q + bias;
    }
    //#end
    //#end
  }
  //#end
}
