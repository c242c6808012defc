// Convolution whose filters have few taps, as the first of a network, by quads: x [n, group·c, h, w] ∗ w + b [group·k] →
// y [n, group·k, p, q]. As conv2d-quad, but a quad holds its filters whole and takes them along a row of y, in `parts` tiles
// of TILE_Q pixels: sums are finished at once, and none is kept from one turn of the loop to the next.
// The tile must not be larger than the output.
//#import lib/quad.wgsl
//#import conv/lib/conv2d.wgsl
//#import lib/epilogue.wgsl

const CHANNELS = 3u;
const KERNEL_H = 3u;
const KERNEL_W = 3u;
const STRIDE_W = 2u;
const TILE_K = 16u;
const TILE_Q = 2u;
const PATCH_W = 5u; // (TILE_Q − 1)·STRIDE_W + KERNEL_W
const LOADS = 12u; // a quarter of CHANNELS patches

@compute @workgroup_size(GROUP)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) invocation: u32,
) {
  let lane = invocation & 3u;
  let i = quad_index(id, groups, params.size);
  let k_tiles = (params.k + 4u * TILE_K - 1u) / (4u * TILE_K);
  let p = i % params.windows.x;
  let above = i / params.windows.x;
  let k0 = (above % k_tiles) * 4u * TILE_K + lane;
  let part = above / k_tiles; // image · group + group
  let g = part % params.group;

  // Filters beyond the last are that one again: what two lanes then make is the same to the last bit.
  //#unroll k 0..TILE_K
  let k_k = min(k0 + 4u * k, params.k - 1u);
  let bias_k = select(0.0, b[g * params.k + k_k], params.has_bias == 1u);
  let to_k = part * params.y_batch_stride + (k_k * params.out.x + params.out_start.x + p * params.out_step.x) * params.out.y + params.out_start.y;
  //#end
  // A loop, since the machine code of so many loads is long
  var filters: array<array<f32, TILE_K>, CHANNELS * KERNEL_H * KERNEL_W>;
  for (var tap = 0u; tap < CHANNELS * KERNEL_H * KERNEL_W; tap++) {
    let down = i32(tap / KERNEL_W % KERNEL_H) * params.w_tap.x + i32(tap % KERNEL_W) * params.w_tap.y;
    let from_w = params.w_start + g * params.w_group + tap / (KERNEL_H * KERNEL_W) * params.w_c + u32(down);
    //#unroll k 0..TILE_K
    filters[tap][k] = w[from_w + k_k * params.w_k];
    //#end
  }

  //#unroll l 0..LOADS
  let cell_l = min(4u * l + lane, CHANNELS * KERNEL_H * PATCH_W - 1u);
  let row_l = u32(i32(p * params.stride.x + cell_l / PATCH_W % KERNEL_H) - params.pad.x); // negative becomes huge
  let plane_l = part * CHANNELS + cell_l / (KERNEL_H * PATCH_W);
  let from_l = (plane_l * params.image.x + min(row_l, params.image.x - 1u)) * params.image.y;
  let column_l = i32(cell_l % PATCH_W) - params.pad.y;
  //#end
  for (var tile = 0u; tile < params.parts; tile++) {
    let q0 = min(tile * TILE_Q, params.windows.y - TILE_Q);
    //#unroll l 0..LOADS
    let at_l = u32(column_l + i32(q0 * STRIDE_W));
    let inside_l = (at_l < params.image.y) & (row_l < params.image.x);
    let loaded_l = select(0.0, x[from_l + min(at_l, params.image.y - 1u)], inside_l);
    //#end
    let cells = array<f32, 4u * LOADS>(
      //#unroll l 0..LOADS
      //#unroll i 0..4
      quadBroadcast(loaded_l, i),
      //#end
      //#end
    );
    //#unroll k 0..TILE_K
    //#unroll q 0..TILE_Q
    var sum_k_q = bias_k;
    //#end
    // Channel by channel, as conv2d-quad: long chains of additions are less exact. One product at a time: a load from an
    // array costs less where its number is used at once.
    //#unroll c 0..CHANNELS
    //#unroll q 0..TILE_Q
    var part_k_c_q = 0.0;
    //#end
    //#unroll r 0..KERNEL_H
    //#unroll s 0..KERNEL_W
    let tap_k_c_r_s = filters[(c * KERNEL_H + r) * KERNEL_W + s][k];
    //#unroll q 0..TILE_Q
    part_k_c_q += tap_k_c_r_s * cells[(c * KERNEL_H + r) * PATCH_W + q * STRIDE_W + s];
    //#end
    //#end
    //#end
    //#unroll q 0..TILE_Q
    sum_k_q += part_k_c_q;
    //#end
    //#end
    //#unroll q 0..TILE_Q
    let to_k_q = to_k + (q0 + q) * params.out_step.y;
    y[to_k_q] = epilogue(sum_k_q, to_k_q);
    //#end
    //#end
  }
}
