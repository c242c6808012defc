// y = f(a, b) with broadcasting over the index space `shape` of y, innermost axis first; the strides are 0 along axes that
// repeat. The host merges axes, so that equal shapes and scalars have one and cost no division.
//#import lib/index.wgsl
//#import lib/compare.wgsl

const INNER = 0u; // axes inside the outermost one

override FUNCTION: u32 = 0u; // the case of src/ops/pointwise/

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

fn apply(l: f32, r: f32) -> f32 {
  switch (FUNCTION) {
    // add
    case 0u: {
      return l + r;
    }
    // sub
    case 1u: {
      return l - r;
    }
    // mul
    case 2u: {
      return l * r;
    }
    // div
    case 3u: {
      return l / r;
    }
    // pow. WGSL's has no negative base: x^e of an integer e is ±|x|^e.
    case 4u: {
      let magnitude = pow(abs(l), r);
      let power = select(magnitude, -magnitude, l < 0.0 && fract(r * 0.5) != 0.0);
      return select(keeping_nan(keeping_nan(power, l), r), 1.0, r == 0.0);
    }
    // min
    case 5u: {
      return smaller_of(l, r);
    }
    // max
    case 6u: {
      return larger_of(l, r);
    }
    // prelu: r is the slope
    default: {
      return select(r * l, l, l > 0.0);
    }
  }
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = first_of_each(id, groups);
  //#unroll j 0..EACH
  let i_j = min(first + j * GROUP, params.size - 1u);
  var rest_j = i_j;
  var a_j = 0u;
  var b_j = 0u;
  //#unroll p 0..INNER
  {
    let n = params.shape[p / 4u][p % 4u];
    let outer = rest_j / n;
    let at = rest_j - outer * n;
    a_j += at * params.a_strides[p / 4u][p % 4u];
    b_j += at * params.b_strides[p / 4u][p % 4u];
    rest_j = outer;
  }
  //#end
  let l_j = a[a_j + rest_j * params.a_strides[INNER / 4u][INNER % 4u]];
  let r_j = b[b_j + rest_j * params.b_strides[INNER / 4u][INNER % 4u]];
  y[i_j] = apply(l_j, r_j);
  //#end
}
