// y = f(x), [size] → [size], for functions of one number that few networks have. Where WGSL lets built-in functions be wrong by
// more than the last bits of a float32, as it does sin, atan and asin, they are polynomials here, fitted to the least greatest
// relative error: at most 1e-8 before rounding.
//#import pointwise/lib/unary.wgsl
//#import functions/lib/truth.wgsl

const ERF = 0u;
const GELU = 1u;
const GELU_TANH = 2u;
const SWISH = 3u;
const ELU = 4u;
const MISH = 5u;
const SOFTSIGN = 6u;
const THRESHOLDED_RELU = 7u;
const SHRINK = 8u;
const IS_NAN = 9u;
const IS_INF = 10u;
const NOT = 11u;
const ROUND = 12u;
const SIN = 13u;
const COS = 14u;
const TAN = 15u;
const ASIN = 16u;
const ACOS = 17u;
const ATAN = 18u;
const SINH = 19u;
const COSH = 20u;
const ASINH = 21u;
const ACOSH = 22u;

const HALF_PI = 1.5707963267948966;
const LN_2 = 0.6931471805599453;

// erf(v) where |v| is at most 1.
fn erf_near(v: f32) -> f32 {
  let s = v * v;
  return v * ((((((7.85385782e-5 * s - 8.01019254e-4) * s + 5.18832775e-3) * s - 2.6853811e-2) * s + 0.112835854) * s
    - 0.37612626) * s + 1.12837911);
}

// 1 - erf(z) where z is at least 0.7: t · e^(p(t) - z²) with t = 1/(1 + z/2). What is beyond 9 is no float32 any more.
fn erf_tail(from_0: f32) -> f32 {
  let z = clipped(from_0, 0.0, 9.0);
  let t = 1.0 / (1.0 + 0.5 * z);
  let p = ((((((-0.20044668 * t + 0.813473761) * t - 1.1137867) * t + 0.452780098) * t - 9.12381932e-2) * t
    + 0.408209145) * t + 0.99657011) * t - 1.26536405;
  return t * exp(p - z * z);
}

// The share of a standard normal distribution that is below v.
fn normal_below(v: f32) -> f32 {
  let z = v * 0.7071067811865476;
  let above = 0.5 * erf_tail(abs(z));
  return select(select(above, 1.0 - above, z > 0.0), 0.5 + 0.5 * erf_near(clipped(z, -1.0, 1.0)), abs(z) < 1.0);
}

// e^v - 1.
fn exp_minus_1(v: f32) -> f32 {
  let s = clipped(v, -0.5, 0.5);
  let near = s * ((((((1.98411828e-4 * s + 1.39973243e-3) * s + 8.33363459e-3) * s + 4.16653194e-2) * s + 0.166666627)
    * s + 0.50000006) * s + 1.0);
  return select(exp(clipped(v, -88.0, 89.0)) - 1.0, near, abs(v) < 0.5);
}

// The sine and the cosine of v, which is first brought to within π/4 of 0, in three steps so that no digit is lost (Cody and Waite
// 1980); good to a million or so.
fn sine_and_cosine(v: f32) -> vec2<f32> {
  let quarters = round(v / HALF_PI);
  let r = ((v - quarters * 1.5703125) - quarters * 4.837512969970703e-4) - quarters * 7.549789954891882e-8;
  let s = r * r;
  let sine = r * (((-1.9501822e-4 * s + 8.33201688e-3) * s - 0.166666508) * s + 1.0);
  let cosine = (((2.43799295e-5 * s - 1.38866191e-3) * s + 4.16666158e-2) * s - 0.5) * s + 1.0;
  let turned = u32(i32(quarters)) & 3u;
  let pair = select(vec2(sine, cosine), vec2(cosine, -sine), (turned & 1u) == 1u);
  return select(pair, -pair, turned >= 2u);
}

// arcsin(√s)/√s where s is at most a quarter.
fn arcsine_near(s: f32) -> f32 {
  return ((((4.26355675e-2 * s + 2.38582157e-2) * s + 4.5550175e-2) * s + 7.49443471e-2) * s + 0.166667908) * s + 1.0;
}

fn arcsine(v: f32) -> f32 {
  let a = abs(v);
  let rest = clipped(0.5 - 0.5 * a, 0.0, 0.25);
  let f = select(HALF_PI - 2.0 * sqrt(rest) * arcsine_near(rest), a * arcsine_near(min(a * a, 0.25)), a <= 0.5);
  return select(f, -f, v < 0.0);
}

fn arccosine(v: f32) -> f32 {
  let rest = clipped(0.5 - 0.5 * abs(v), 0.0, 0.25);
  let f = 2.0 * sqrt(rest) * arcsine_near(rest);
  return select(select(f, 2.0 * HALF_PI - f, v < 0.0), HALF_PI - v * arcsine_near(min(v * v, 0.25)), abs(v) <= 0.5);
}

fn arctangent(v: f32) -> f32 {
  let a = clipped(abs(v), 0.0, 1e30);
  // Tangents of three eighths and of one eighth of π.
  let far = a > 2.414213562373095;
  let middle = a > 0.4142135623730950;
  let w = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / a, far);
  let s = w * w;
  let near = w * (((((-6.03478663e-2 * s + 0.10573478) * s - 0.142400831) * s + 0.199982166) * s - 0.333333075) * s + 1.0);
  let f = select(select(0.0, 0.5 * HALF_PI, middle), HALF_PI, far) + near;
  return select(f, -f, v < 0.0);
}

// For v from 0 on.
fn area_sine(v: f32) -> f32 {
  let s = clipped(v * v, 0.0, 0.25);
  let near = v * (((((-1.31145641e-2 * s + 2.80853752e-2) * s - 4.43638526e-2) * s + 7.49843046e-2) * s - 0.166666344) * s
    + 1.0);
  let w = clipped(v, 0.0, 1e4);
  let middle = log(w + sqrt(w * w + 1.0));
  return select(select(middle, log(v) + LN_2, v > 1e4), near, v < 0.5);
}

// For v from 0 to below 1.
fn area_tangent(v: f32) -> f32 {
  let s = clipped(v * v, 0.0, 0.25);
  let near = v * ((((((0.178554475 * s + 4.98506613e-2) * s + 0.118705623) * s + 0.142158002) * s + 0.200030178) * s
    + 0.333332837) * s + 1.0);
  return select(0.5 * log((1.0 + v) / (1.0 - v)), near, v < 0.5);
}

fn hyperbolic_sine(v: f32) -> f32 {
  let s = clipped(v * v, 0.0, 1.0);
  let near = v * ((((2.81852385e-6 * s + 1.98358131e-4) * s + 8.33335239e-3) * s + 0.166666672) * s + 1.0);
  let half = exp(abs(v) - LN_2);
  let far = half - 0.25 / half;
  return select(select(far, -far, v < 0.0), near, abs(v) < 1.0);
}

fn apply(v: f32) -> f32 {
  let alpha = bitcast<f32>(params.alpha);
  let beta = bitcast<f32>(params.beta);
  let infinite = !is_finite(v) & !is_nan(v);
  let a = abs(v);
  var f: f32;
  switch (FUNCTION) {
    case ERF: {
      let far = 1.0 - erf_tail(a);
      f = keeping_nan(select(select(far, -far, v < 0.0), erf_near(clipped(v, -1.0, 1.0)), a < 1.0), v);
    }
    case GELU: {
      f = v * normal_below(v);
    }
    case GELU_TANH: {
      // x · (1 + tanh u)/2 = x · sigmoid(2u); what is cut off no longer matters, and its cube would be infinite.
      let w = clipped(v, -1e3, 1e3);
      f = v * sigmoid(1.5957691216057308 * (w + 0.044715 * w * w * w));
    }
    case SWISH: {
      f = v * sigmoid(alpha * v);
    }
    case ELU: {
      f = keeping_nan(select(alpha * exp_minus_1(beta * v), v, v > 0.0), v);
    }
    case MISH: {
      // tanh(ln(1 + e)) = e(e + 2) / (e(e + 2) + 2)
      let e = exp(clipped(v, -87.0, 20.0));
      let n = e * (e + 2.0);
      f = v * (n / (n + 2.0));
    }
    case SOFTSIGN: {
      f = keeping_nan(select(v / (1.0 + a), not_a_number(), infinite), v);
    }
    case THRESHOLDED_RELU: {
      f = select(v, 0.0, v <= alpha);
    }
    case SHRINK: {
      f = select(select(select(0.0, v, is_nan(v)), v - beta, v > alpha), v + beta, v < -alpha);
    }
    case IS_NAN: {
      f = select(0.0, 1.0, is_nan(v));
    }
    case IS_INF: {
      f = select(0.0, select(alpha, beta, bitcast<u32>(v) == 0x7f800000u), infinite);
    }
    case NOT: {
      f = select(1.0, 0.0, is_true(v));
    }
    case ROUND: {
      f = round(v);
    }
    case SIN: {
      f = select(not_a_number(), sine_and_cosine(v).x, is_finite(v));
    }
    case COS: {
      f = select(not_a_number(), sine_and_cosine(v).y, is_finite(v));
    }
    case TAN: {
      let both = sine_and_cosine(v);
      f = select(not_a_number(), both.x / both.y, is_finite(v));
    }
    case ASIN: {
      f = keeping_nan(select(arcsine(v), not_a_number(), a > 1.0), v);
    }
    case ACOS: {
      f = keeping_nan(select(arccosine(v), not_a_number(), a > 1.0), v);
    }
    case ATAN: {
      f = keeping_nan(arctangent(v), v);
    }
    case SINH: {
      f = select(hyperbolic_sine(v), v, !is_finite(v));
    }
    case COSH: {
      let half = exp(a - LN_2);
      f = select(half + 0.25 / half, a, !is_finite(v));
    }
    case ASINH: {
      let positive = area_sine(a);
      f = select(select(positive, -positive, v < 0.0), v, !is_finite(v));
    }
    case ACOSH: {
      // arcosh v = arsinh √(v² - 1)
      let t = v - 1.0;
      let w = clipped(t, 0.0, 1e4);
      let positive = select(area_sine(sqrt(w * (w + 2.0))), log(v) + LN_2, t > 1e4);
      f = select(select(positive, not_a_number(), v < 1.0), v, is_nan(v) | (bitcast<u32>(v) == 0x7f800000u));
    }
    default: {
      let positive = select(area_tangent(a), infinity(), a == 1.0);
      f = keeping_nan(select(select(positive, -positive, v < 0.0), not_a_number(), a > 1.0), v);
    }
  }
  return f;
}
