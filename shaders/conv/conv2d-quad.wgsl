// Convolution with a small filter and no dilation, as conv2d-patch, by quads: x [n, group·c, h, w] ∗ w + b [group·k] →
// y [n, group·k, p, q]. The lanes of a quad have different channels (TILE_K each, four apart) of the same TILE_P × TILE_Q
// pixels: every lane loads a quarter of the patch of the input, and its own filters.
// A large filter may be BANDED: worked off in bands (`parts`) of KERNEL_H rows; of a band of one row only every STRIDE_H-th
// row of the patch is needed: ROW_STEP. The tile must not be larger than the output.
//#import lib/quad.wgsl
//#import conv/lib/conv2d.wgsl
//#import lib/epilogue.wgsl

const BANDED = false;
const KERNEL_H = 3u;
const KERNEL_W = 3u;
const STRIDE_H = 1u;
const STRIDE_W = 1u;
const ROW_STEP = 1u;
const TILE_K = 4u;
const TILE_P = 4u;
const TILE_Q = 7u;
const PATCH_H = 6u; // (TILE_P − 1)·STRIDE_H / ROW_STEP + KERNEL_H
const PATCH_W = 9u;
const LOADS = 14u; // a quarter of the patch

@compute @workgroup_size(GROUP)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) invocation: u32,
) {
  let lane = invocation & 3u;
  let i = quad_index(id, groups, params.size);
  let p_tiles = (params.windows.x + TILE_P - 1u) / TILE_P;
  let q_tiles = (params.windows.y + TILE_Q - 1u) / TILE_Q;
  let k_tiles = (params.k + 4u * TILE_K - 1u) / (4u * TILE_K);
  // A tile that would hang over the edge is moved back inside. What two tiles then make is the same to the last bit.
  let q0 = min((i % q_tiles) * TILE_Q, params.windows.y - TILE_Q);
  let above = i / q_tiles;
  let p0 = min((above % p_tiles) * TILE_P, params.windows.x - TILE_P);
  let higher = above / p_tiles;
  let k0 = (higher % k_tiles) * 4u * TILE_K + lane;
  let part = higher / k_tiles; // image · group + group
  let g = part % params.group;

  //#unroll l 0..LOADS
  let row_l = i32(p0 * STRIDE_H + (4u * l + lane) / PATCH_W * ROW_STEP) - params.pad.x;
  let column_l = u32(i32(q0 * STRIDE_W + (4u * l + lane) % PATCH_W) - params.pad.y); // negative becomes huge
  let within_l = (column_l < params.image.y) & (BANDED | (u32(row_l) < params.image.x));
  let offset_l = select(min(u32(row_l), params.image.x - 1u) * params.image.y, 0u, BANDED) + min(column_l, params.image.y - 1u);
  //#end
  //#unroll r 0..KERNEL_H
  //#unroll s 0..KERNEL_W
  let tap_r_s = u32(i32(r) * params.w_tap.x + i32(s) * params.w_tap.y);
  //#end
  //#end
  //#unroll k 0..TILE_K
  let filter_k = params.w_start + min(k0 + 4u * k, params.k - 1u) * params.w_k;
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
    //#unroll l 0..LOADS
    let line_l = u32(row_l + i32(band * KERNEL_H));
    let down_l = select(0u, min(line_l, params.image.x - 1u) * params.image.y, BANDED);
    let inside_l = within_l & (!BANDED | (line_l < params.image.x));
    let loaded_l = select(0.0, x[from_x + offset_l + down_l], inside_l);
    //#end
    let cells = array<f32, 4u * LOADS>(
      //#unroll l 0..LOADS
      //#unroll i 0..4
      quadBroadcast(loaded_l, i),
      //#end
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
    sum_k_p_q =
      //#unroll r 0..KERNEL_H
      //#unroll s 0..KERNEL_W
      w_k_r_s * cells[(p * STRIDE_H / ROW_STEP + r) * PATCH_W + q * STRIDE_W + s] +
      //#end
      //#end
      sum_k_p_q;
    //#end
    //#end
    //#end
    let last = band + 1u == params.parts;
    c += select(0u, 1u, last);
    band = select(band + 1u, 0u, last);
  }

  // Results go through memory whose lines a loop indexes: storing each in turn would be most of the machine code.
  var sums = array<array<f32, TILE_Q>, TILE_K * TILE_P>(
    //#unroll k 0..TILE_K
    //#unroll p 0..TILE_P
    array<f32, TILE_Q>(
      //#unroll q 0..TILE_Q
      sum_k_p_q,
      //#end
    ),
    //#end
    //#end
  );
  for (var line = 0u; line < TILE_K * TILE_P; line++) {
    let k = k0 + line / TILE_P * 4u;
    if (k < params.k) {
      let bias = select(0.0, b[g * params.k + k], params.has_bias == 1u);
      let row = params.out_start.x + (p0 + line % TILE_P) * params.out_step.x;
      let to = part * params.y_batch_stride + (k * params.out.x + row) * params.out.y + params.out_start.y;
      //#unroll q 0..TILE_Q
      let to_q = to + (q0 + q) * params.out_step.y;
      y[to_q] = epilogue(sums[line][q] + bias, to_q);
      //#end
    }
  }
}
