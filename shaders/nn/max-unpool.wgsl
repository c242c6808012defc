// Sends each value back to where its maximum was: dy, switches [planes, p, q] → dx [planes, h, w], 0 elsewhere.
// A gather: every element of dx looks at the few windows that cover it and compares their switches with itself.
//#import lib/index.wgsl

override OVERWRITE = false; // windows that share a maximum: the last in scan order wins, instead of adding up

struct Params {
  image: vec2<u32>, // h, w
  windows: vec2<u32>, // p, q
  kernel: vec2<u32>, // r, s
  stride: vec2<u32>,
  dilation: vec2<u32>,
  pad: vec2<u32>, // top, left
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> switches: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.image.y;
  let at = vec2(to_row % params.image.x, i % params.image.y) + params.pad;
  let plane = (to_row / params.image.x) * params.windows.x;
  let reach = (params.kernel - 1u) * params.dilation;
  let first = (max(at, reach) - reach + params.stride - 1u) / params.stride;
  let end = min(at / params.stride + 1u, params.windows);

  var sum = 0.0;
  for (var p = first.x; p < end.x; p++) {
    for (var q = first.y; q < end.y; q++) {
      let window = (plane + p) * params.windows.y + q;
      if (switches[window] == i) {
        sum = dy[window] + select(sum, 0.0, OVERWRITE);
      }
    }
  }
  dx[i] = sum;
}
