// Convolution with a small filter and no dilation: x [n, group·c, h, w] ∗ w + b [group·k] → y [n, group·k, p, q].
// One invocation makes TILE_K channels of TILE_P × TILE_Q neighbouring pixels from a patch of the input that it loads
// once for all of them: a load costs as much as 30 multiplications on a software adapter. A large filter is worked off in
// bands (`parts`) of KERNEL_H rows. The tile must not be larger than the output.
// Filters are read and results written through strides: so the same kernel makes the input gradient, where taps are read
// backwards and, for a stride of two, every second pixel is made from every second tap.
//#import lib/index.wgsl
//#import conv/lib/conv2d.wgsl
//#import lib/epilogue.wgsl

const KERNEL_H = 3u;
const KERNEL_W = 3u;
const STRIDE_H = 1u;
const STRIDE_W = 1u;
const TILE_K = 4u;
const TILE_P = 2u;
const TILE_Q = 7u;
const PATCH_H = 4u; // (TILE_P − 1)·STRIDE_H + KERNEL_H
const PATCH_W = 9u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let p_tiles = (params.windows.x + TILE_P - 1u) / TILE_P;
  let q_tiles = (params.windows.y + TILE_Q - 1u) / TILE_Q;
  let k_tiles = (params.k + TILE_K - 1u) / TILE_K;
  // A tile that would hang over the edge is moved back inside. What two tiles then make is the same to the last bit.
  let q0 = min((i % q_tiles) * TILE_Q, params.windows.y - TILE_Q);
  let above = i / q_tiles;
  let p0 = min((above % p_tiles) * TILE_P, params.windows.x - TILE_P);
  let higher = above / p_tiles;
  let k0 = min((higher % k_tiles) * TILE_K, params.k - TILE_K);
  let part = higher / k_tiles; // image · group + group
  let g = part % params.group;

  //#unroll w 0..PATCH_W
  let column_w = u32(i32(q0 * STRIDE_W + w) - params.pad.y);
  let within_w = column_w < params.image.y;
  let offset_w = min(column_w, params.image.y - 1u);
  //#end
  //#unroll r 0..KERNEL_H
  //#unroll s 0..KERNEL_W
  let tap_r_s = u32(i32(r) * params.w_tap.x + i32(s) * params.w_tap.y);
  //#end
  //#end
  //#unroll k 0..TILE_K
  let filter_k = params.w_start + (k0 + k) * params.w_k;
  //#unroll p 0..TILE_P
  //#unroll q 0..TILE_Q
  var sum_k_p_q = 0.0;
  //#end
  //#end
  //#end

  // One loop over channels and bands, not two: a loop costs as much as it has accumulators. Conditions are joined by &: an
  // && is a branch, and hundreds of them compile for seconds.
  let plane = params.image.x * params.image.y;
  var c = 0u;
  var band = 0u;
  for (var step = 0u; step < params.c * params.parts; step++) {
    let from_x = (part * params.c + c) * plane;
    let from_w = g * params.w_group + c * params.w_c + band * KERNEL_H * u32(params.w_tap.x);
    //#unroll h 0..PATCH_H
    let row_h = u32(i32(p0 * STRIDE_H + band * KERNEL_H + h) - params.pad.x); // negative becomes huge
    let inside_h = row_h < params.image.x;
    let line_h = from_x + min(row_h, params.image.x - 1u) * params.image.y;
    //#end
    let cells = array<array<f32, PATCH_W>, PATCH_H>(
      //#unroll h 0..PATCH_H
      array<f32, PATCH_W>(
        //#unroll w 0..PATCH_W
        select(0.0, x[line_h + offset_w], inside_h & within_w),
        //#end
      ),
      //#end
    );
    //#unroll k 0..TILE_K
    //#unroll r 0..KERNEL_H
    //#unroll s 0..KERNEL_W
    let w_k_r_s = w[from_w + filter_k + tap_r_s];
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
    let last = band + 1u == params.parts;
    c += select(0u, 1u, last);
    band = select(band + 1u, 0u, last);
  }

  //#unroll k 0..TILE_K
  let bias_k = select(0.0, b[g * params.k + k0 + k], params.has_bias == 1u);
  //#unroll p 0..TILE_P
  let line_k_p = (k0 + k) * params.out.x + params.out_start.x + (p0 + p) * params.out_step.x;
  //#unroll q 0..TILE_Q
  let to_k_p_q = part * params.y_batch_stride + line_k_p * params.out.y + params.out_start.y + (q0 + q) * params.out_step.y;
  y[to_k_p_q] = epilogue(sum_k_p_q + bias_k, to_k_p_q);
  //#end
  //#end
  //#end
}
