// Copies a strided view of x into a strided view of y over the index space `shape`, innermost axis first: transpose,
// slice, expand and the parts of a concat. Bit by bit, so that it moves any 4-byte type and keeps NaNs.
//#import lib/index.wgsl

const INNER = 0u; // axes inside the outermost one

struct Params {
  size: u32,
  x_offset: u32,
  y_offset: u32,
  shape: array<vec4<u32>, 2>,
  x_strides: array<vec4<i32>, 2>, // negative where a slice runs backwards, 0 where x is repeated
  y_strides: array<vec4<i32>, 2>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  var rest = i;
  var source = i32(params.x_offset);
  var target_index = i32(params.y_offset);
  //#unroll p 0..INNER
  {
    let n = params.shape[p / 4u][p % 4u];
    let outer = rest / n;
    let at = i32(rest - outer * n);
    source += at * params.x_strides[p / 4u][p % 4u];
    target_index += at * params.y_strides[p / 4u][p % 4u];
    rest = outer;
  }
  //#end
  source += i32(rest) * params.x_strides[INNER / 4u][INNER % 4u];
  target_index += i32(rest) * params.y_strides[INNER / 4u][INNER % 4u];
  y[target_index] = x[source];
}
