// Convolution of any geometry: x [n, group·c, h, w] ∗ w + b [group·k] → y [n, group·k, p, q].
// One invocation makes TILE_K channels of TILE_P pixels; its pixels lie `parts` apart, the tiles of an image, so that
// neighbouring invocations read neighbouring pixels. What lies beyond the last pixel or channel makes that one again, to the last bit.
// Filters are read and results written through strides, as in conv2d-patch.
//#import lib/index.wgsl
//#import conv/lib/conv2d.wgsl
//#import lib/epilogue.wgsl

const TILE_K = 4u;
const TILE_P = 4u;

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
  let k_tiles = (params.k + TILE_K - 1u) / TILE_K;
  let tile = i % params.parts;
  let k0 = ((i / params.parts) % k_tiles) * TILE_K;
  let part = i / (params.parts * k_tiles); // image · group + group
  let g = part % params.group;

  //#unroll p 0..TILE_P
  let pixel_p = min(tile + p * params.parts, params.windows.x * params.windows.y - 1u);
  let window_p = vec2(pixel_p / params.windows.y, pixel_p % params.windows.y);
  let at_p = vec2<i32>(window_p * params.stride) - params.pad;
  let to_p = params.out_start + window_p * params.out_step;
  //#end
  //#unroll k 0..TILE_K
  let channel_k = min(k0 + k, params.k - 1u);
  let filter_k = g * params.w_group + params.w_start + channel_k * params.w_k;
  //#unroll p 0..TILE_P
  var sum_k_p = 0.0;
  //#end
  //#end

  // One loop over the taps of all channels, not three: a loop costs as much as it has accumulators.
  let plane = params.image.x * params.image.y;
  var c = 0u;
  var r = 0u;
  var s = 0u;
  for (var step = 0u; step < params.c * params.kernel.x * params.kernel.y; step++) {
    let from_x = (part * params.c + c) * plane;
    let down = i32(r * params.dilation.x);
    let right = i32(s * params.dilation.y);
    //#unroll p 0..TILE_P
    let x_p = pixel(from_x, at_p.x + down, at_p.y + right);
    //#end
    let tap = c * params.w_c + u32(i32(r) * params.w_tap.x + i32(s) * params.w_tap.y);
    //#unroll k 0..TILE_K
    let w_k = w[filter_k + tap];
    //#unroll p 0..TILE_P
    sum_k_p += w_k * x_p;
    //#end
    //#end
    s = select(s + 1u, 0u, s + 1u == params.kernel.y);
    r = select(r, select(r + 1u, 0u, r + 1u == params.kernel.x), s == 0u);
    c += select(0u, 1u, r + s == 0u);
  }

  //#unroll k 0..TILE_K
  let bias_k = select(0.0, b[g * params.k + channel_k], params.has_bias == 1u);
  let out_k = channel_k * params.out.x;
  //#unroll p 0..TILE_P
  let to_k_p = part * params.y_batch_stride + (out_k + to_p.x) * params.out.y + to_p.y;
  y[to_k_p] = epilogue(sum_k_p + bias_k, to_k_p);
  //#end
  //#end
}
