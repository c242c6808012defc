// x with a border, over the index space `padded` of y, innermost axis first; every axis may have elements before, behind
// and (MODE CONSTANT) between those of x. The host merges axes that have no border. Bit by bit, so that it keeps NaN and −∞.
//#import lib/index.wgsl

const CONSTANT = 0;
const REFLECT = 1;
const EDGE = 2;
const WRAP = 3;

const AXES = 1u;

override MODE: i32 = 0;

struct Params {
  size: u32,
  value: u32, // bits
  padded: array<vec4<u32>, 2>,
  sizes: array<vec4<i32>, 2>,
  strides: array<vec4<i32>, 2>,
  low: array<vec4<i32>, 2>, // negative where the border cuts
  steps: array<vec4<i32>, 2>, // distance of neighbours of x in y
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

// The remainder that is never negative.
fn modulo(a: i32, n: i32) -> i32 {
  let r = a % n;
  return select(r, r + n, r < 0);
}

// The place along an axis of x that place `at` shows (counted from x's first element), −1 for the constant.
fn source(at: i32, size: i32, step: i32) -> i32 {
  switch (MODE) {
    case REFLECT: {
      let period = max(2 * (size - 1), 1);
      let turn = modulo(at, period);
      return select(turn, period - turn, turn >= size);
    }
    case EDGE: {
      return clamp(at, 0, size - 1);
    }
    case WRAP: {
      return modulo(at, size);
    }
    default: {
      return select(-1, at / step, at >= 0 && at < size * step && at % step == 0);
    }
  }
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = linear_index(id, groups);
  if (i >= params.size) {
    return;
  }
  var rest = i;
  var offset = 0;
  var inside = true;
  //#unroll p 0..AXES
  {
    let outer = rest / params.padded[p / 4u][p % 4u];
    let at = i32(rest - outer * params.padded[p / 4u][p % 4u]);
    let place = source(at - params.low[p / 4u][p % 4u], params.sizes[p / 4u][p % 4u], params.steps[p / 4u][p % 4u]);
    inside = inside && place >= 0;
    offset += place * params.strides[p / 4u][p % 4u];
    rest = outer;
  }
  //#end
  y[i] = params.value;
  if (inside) {
    y[i] = x[offset];
  }
}
