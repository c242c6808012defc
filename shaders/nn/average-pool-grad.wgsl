// Input gradient of average pooling: dy [planes, p, q] → dx [planes, h, w]. A gather over the windows with a tap on the
// element, each divided by what its mean was divided by.
//#import lib/average-pool.wgsl

@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  let to_row = i / params.image.y;
  let pixel = vec2<i32>(vec2(to_row % params.image.x, i % params.image.y));
  let plane = (to_row / params.image.x) * params.windows.x;
  let stride = vec2<i32>(params.stride);
  let dilation = vec2<i32>(params.dilation);
  let reach = vec2<i32>(params.kernel - 1u) * dilation;
  let first = (max(pixel + params.pad - reach, vec2(0)) + stride - 1) / stride;
  let end = min((pixel + params.pad) / stride + 1, vec2<i32>(params.windows));

  var sum = 0.0;
  for (var p = first.x; p < end.x; p++) {
    for (var q = first.y; q < end.y; q++) {
      let start = vec2(p, q) * stride - params.pad;
      if (all((pixel - start) % dilation == vec2(0))) {
        sum += dy[(plane + u32(p)) * params.windows.y + u32(q)] / divisor(start);
      }
    }
  }
  dx[i] = sum;
}
