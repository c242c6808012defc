// What the kernels of y = operate(a, b) share, with broadcasting over the index space `shape` of y, innermost axis first; the
// strides are 0 along axes that repeat. The host merges axes, so that equal shapes and scalars have one and cost no division.
//#import lib/index.wgsl

const INNER = 0u; // axes inside the outermost one

override OPERATION: u32 = 0u;

struct Params {
  size: u32,
  shape: array<vec4<u32>, 2>,
  a_strides: array<vec4<u32>, 2>,
  b_strides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  var rest = i;
  var a_index = 0u;
  var b_index = 0u;
  //#unroll p 0..INNER
  {
    let n = params.shape[p / 4u][p % 4u];
    let outer = rest / n;
    let at = rest - outer * n;
    a_index += at * params.a_strides[p / 4u][p % 4u];
    b_index += at * params.b_strides[p / 4u][p % 4u];
    rest = outer;
  }
  //#end
  let l = a[a_index + rest * params.a_strides[INNER / 4u][INNER % 4u]];
  let r = b[b_index + rest * params.b_strides[INNER / 4u][INNER % 4u]];
  y[i] = operate(l, r);
}
