// What average pooling and its gradient share: images [planes, h, w], windows [planes, p, q].
//#import lib/index.wgsl

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  pad: vec2<i32>, // top, left
  pad_after: vec2<i32>, // bottom, right
  include_pad: u32, // the padding counts as zeros
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

// What the sum of the window that starts at `start` is divided by: its taps inside the image, or inside the padded
// image (a window of ceil mode may hang over the padding's end, and what hangs over never counts).
fn divisor(start: vec2<i32>) -> f32 {
  let kernel = vec2<i32>(params.kernel);
  let dilation = vec2<i32>(params.dilation);
  let include = params.include_pad == 1u;
  let end = vec2<i32>(params.image) + select(vec2(0), params.pad_after, include);
  let first = select((max(-start, vec2(0)) + dilation - 1) / dilation, vec2(0), include);
  let taps = min(kernel, (max(end - start, vec2(0)) + dilation - 1) / dilation) - first;
  return f32(max(taps.x, 0) * max(taps.y, 0));
}
