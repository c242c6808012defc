// Other functions of two tensors.
//#import lib/binary.wgsl
//#import lib/compare.wgsl

const POW = 0u;
const MIN = 1u;
const MAX = 2u;

fn operate(l: f32, r: f32) -> f32 {
  switch (OPERATION) {
    case POW: {
      // WGSL's pow has no negative base: x^e of an integer e is ±|x|^e.
      let magnitude = pow(abs(l), r);
      let power = select(magnitude, -magnitude, l < 0.0 && fract(r * 0.5) != 0.0);
      return select(keeping_nan(keeping_nan(power, l), r), 1.0, r == 0.0);
    }
    case MIN: {
      return smaller_of(l, r);
    }
    case MAX: {
      return larger_of(l, r);
    }
    // The parametric ReLU: r is the slope.
    default: {
      return select(r * l, l, l > 0.0);
    }
  }
}
