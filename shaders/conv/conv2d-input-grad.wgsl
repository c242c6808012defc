// Input gradient of a convolution of any geometry: dy [n, group·k, p, q], w [group·k, c, r, s] → dx [n, group·c, h, w], all
// phases of the stride in one launch. One invocation makes TILE_C channels of a pixel; neighbours read neighbouring taps.
// A pixel x is under tap t of window (x + pad − t·dilation) / stride where that is whole: for taps `tap_step` apart, of which
// `inverse` (of the dilation, modulo tap_step) gives the first.
//#import lib/index.wgsl
//#import lib/epilogue.wgsl

const TILE_C = 4u;

struct Params {
  image: vec2<u32>, // h, w of dx
  windows: vec2<u32>, // p, q of dy
  pad: vec2<i32>, // top, left
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  tap_step: vec2<u32>,
  inverse: vec2<u32>,
  bounds: vec4<u32>, // of the epilogue
  residual: f32,
  group: u32,
  c: u32, // channels of a group of dx
  k: u32, // channels of a group of dy
  size: u32, // invocations
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>; // dy
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> operand: array<f32>; // mask
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // dx

// The first tap that meets each coordinate; the kernel's size where none does.
fn first_tap(at: vec2<i32>) -> vec2<u32> {
  let shared_steps = vec2<i32>(params.stride / params.tap_step);
  let steps = vec2<i32>(params.tap_step);
  let turn = ((at / shared_steps) % steps + steps) % steps;
  let tap = (vec2<u32>(turn) * params.inverse) % params.tap_step;
  return select(params.kernel, tap, at % shared_steps == vec2(0));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let pixels = params.image.x * params.image.y;
  let pixel = i % pixels;
  let tiles = (params.c + TILE_C - 1u) / TILE_C;
  let c0 = ((i / pixels) % tiles) * TILE_C;
  let part = i / (pixels * tiles); // image · group + group
  let g = part % params.group;
  let at = vec2<i32>(vec2(pixel / params.image.y, pixel % params.image.y)) + params.pad;
  let first = first_tap(at);

  let taps = params.kernel.x * params.kernel.y;
  let plane = params.windows.x * params.windows.y;
  //#unroll c 0..TILE_C
  let channel_c = min(c0 + c, params.c - 1u);
  let filter_c = (g * params.k * params.c + channel_c) * taps;
  var sum_c = 0.0;
  //#end
  for (var r = first.x; r < params.kernel.x; r += params.tap_step.x) {
    let p = (at.x - i32(r * params.dilation.x)) / i32(params.stride.x);
    if (at.x < i32(r * params.dilation.x) || p >= i32(params.windows.x)) {
      continue;
    }
    for (var s = first.y; s < params.kernel.y; s += params.tap_step.y) {
      let q = (at.y - i32(s * params.dilation.y)) / i32(params.stride.y);
      if (at.y < i32(s * params.dilation.y) || q >= i32(params.windows.y)) {
        continue;
      }
      var place = part * params.k * plane + u32(p) * params.windows.y + u32(q);
      var tap = r * params.kernel.y + s;
      for (var k = 0u; k < params.k; k++) {
        let x_k = x[place];
        //#unroll c 0..TILE_C
        sum_c += x_k * w[filter_c + tap];
        //#end
        place += plane;
        tap += params.c * taps;
      }
    }
  }

  //#unroll c 0..TILE_C
  let to_c = (part * params.c + channel_c) * pixels + pixel;
  y[to_c] = epilogue(sum_c, to_c);
  //#end
}
