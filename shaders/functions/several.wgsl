// y = f(a, b, c) with broadcasting over the index space `shape` of y, innermost axis first; the strides are 0 along axes that
// repeat. Functions of two numbers are given b for c as well. Truth is 1 and falsehood 0; what is not 0 is true.
//#import lib/index.wgsl
//#import functions/lib/truth.wgsl

const INNER = 0u; // axes inside the outermost one

override FUNCTION: u32 = 0u; // the case of src/ops/functions/

struct Params {
  size: u32,
  shape: array<vec4<u32>, 2>,
  a_strides: array<vec4<u32>, 2>,
  b_strides: array<vec4<u32>, 2>,
  c_strides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

const WHERE = 0u;
const EQUAL = 1u;
const LESS = 2u;
const LESS_OR_EQUAL = 3u;
const GREATER = 4u;
const GREATER_OR_EQUAL = 5u;
const AND = 6u;
const OR = 7u;
const XOR = 8u;
const REMAINDER = 9u;

// l - r · n for the whole n towards 0. Where the quotient was rounded over a whole number, what is left is put right.
fn remainder(l: f32, r: f32) -> f32 {
  let dividend = abs(l);
  let divisor = abs(r);
  let by_one = fma(-floor(dividend / divisor), divisor, dividend);
  let raised = select(by_one, by_one + divisor, by_one < 0.0);
  let left = select(raised, raised - divisor, raised >= divisor);
  let positive = select(left, dividend, dividend < divisor);
  let signed = select(positive, -positive, l < 0.0);
  return keeping_nan(keeping_nan(select(signed, not_a_number(), !is_finite(l) | (r == 0.0)), l), r);
}

fn apply(l: f32, r: f32, s: f32) -> f32 {
  let known = !is_nan(l) & !is_nan(r);
  var holds: bool;
  switch (FUNCTION) {
    case WHERE: {
      return select(s, r, is_true(l));
    }
    case EQUAL: {
      holds = known & (l == r);
    }
    case LESS: {
      holds = known & (l < r);
    }
    case LESS_OR_EQUAL: {
      holds = known & (l <= r);
    }
    case GREATER: {
      holds = known & (l > r);
    }
    case GREATER_OR_EQUAL: {
      holds = known & (l >= r);
    }
    case AND: {
      holds = is_true(l) & is_true(r);
    }
    case OR: {
      holds = is_true(l) | is_true(r);
    }
    case XOR: {
      holds = is_true(l) != is_true(r);
    }
    case REMAINDER: {
      return remainder(l, r);
    }
    // The remainder with the sign of r.
    default: {
      let m = remainder(l, r);
      return select(m, m + r, (m != 0.0) & ((m < 0.0) != (r < 0.0)));
    }
  }
  return select(0.0, 1.0, holds);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = first_of_each(id, groups);
  //#unroll j 0..EACH
  let i_j = min(first + j * GROUP, params.size - 1u);
  var rest_j = i_j;
  var a_j = 0u;
  var b_j = 0u;
  var c_j = 0u;
  //#unroll p 0..INNER
  {
    let n = params.shape[p / 4u][p % 4u];
    let outer = rest_j / n;
    let at = rest_j - outer * n;
    a_j += at * params.a_strides[p / 4u][p % 4u];
    b_j += at * params.b_strides[p / 4u][p % 4u];
    c_j += at * params.c_strides[p / 4u][p % 4u];
    rest_j = outer;
  }
  //#end
  let l_j = a[a_j + rest_j * params.a_strides[INNER / 4u][INNER % 4u]];
  let r_j = b[b_j + rest_j * params.b_strides[INNER / 4u][INNER % 4u]];
  let s_j = c[c_j + rest_j * params.c_strides[INNER / 4u][INNER % 4u]];
  y[i_j] = apply(l_j, r_j, s_j);
  //#end
}
