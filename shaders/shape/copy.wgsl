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
  let first = first_of_each(id, groups);
  //#unroll j 0..EACH
  let i_j = min(first + j * GROUP, params.size - 1u);
  var rest_j = i_j;
  var from_j = i32(params.x_offset);
  var to_j = i32(params.y_offset);
  //#unroll p 0..INNER
  {
    let n = params.shape[p / 4u][p % 4u];
    let outer = rest_j / n;
    let at = i32(rest_j - outer * n);
    from_j += at * params.x_strides[p / 4u][p % 4u];
    to_j += at * params.y_strides[p / 4u][p % 4u];
    rest_j = outer;
  }
  //#end
  from_j += i32(rest_j) * params.x_strides[INNER / 4u][INNER % 4u];
  to_j += i32(rest_j) * params.y_strides[INNER / 4u][INNER % 4u];
  y[to_j] = x[from_j];
  //#end
}
