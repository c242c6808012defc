// y = f(x), [size] → [size], for the functions of one number that most networks have; others are in functions/one.wgsl.
//#import pointwise/lib/unary.wgsl

const CLIP = 0u;
const LEAKY_RELU = 1u;
const SIGMOID = 2u;
const TANH = 3u;
const HARD_SIGMOID = 4u;
const HARD_SWISH = 5u;
const SILU = 6u;
const EXP = 7u;
const LOG = 8u;
const SQRT = 9u;
const NEG = 10u;
const ABS = 11u;
const RECIPROCAL = 12u;
const FLOOR = 13u;
const CEIL = 14u;
const SOFTPLUS = 15u;
const SIGN = 16u;

fn apply(v: f32) -> f32 {
  let alpha = bitcast<f32>(params.alpha);
  let beta = bitcast<f32>(params.beta);
  var f: f32;
  switch (FUNCTION) {
    case CLIP: {
      f = clipped(v, alpha, beta);
    }
    case LEAKY_RELU: {
      f = select(alpha * v, v, v > 0.0);
    }
    case SIGMOID: {
      f = keeping_nan(sigmoid(v), v);
    }
    case TANH: {
      // Some drivers divide two exponentials, which overflow where tanh has long been ±1 in float32.
      f = keeping_nan(tanh(clipped(v, -10.0, 10.0)), v);
    }
    case HARD_SIGMOID: {
      f = clipped(alpha * v + beta, 0.0, 1.0);
    }
    case HARD_SWISH: {
      f = v * clipped(v / 6.0 + 0.5, 0.0, 1.0);
    }
    case SILU: {
      f = v * sigmoid(v);
    }
    case EXP: {
      f = keeping_nan(exp(v), v);
    }
    case LOG: {
      f = keeping_nan(log(v), v);
    }
    case SQRT: {
      f = sqrt(v);
    }
    case NEG: {
      f = -v;
    }
    case ABS: {
      f = abs(v);
    }
    case RECIPROCAL: {
      f = 1.0 / v;
    }
    case FLOOR: {
      f = floor(v);
    }
    case CEIL: {
      f = ceil(v);
    }
    case SIGN: {
      f = select(select(v, 1.0, v > 0.0), -1.0, v < 0.0);
    }
    default: {
      f = select(v, 0.0, v < 0.0) + log(1.0 + exp(-abs(v)));
    }
  }
  return f;
}
