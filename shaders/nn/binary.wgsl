// Arithmetic on two tensors.
//#import lib/binary.wgsl

const ADD = 0u;
const SUB = 1u;
const MUL = 2u;

fn operate(l: f32, r: f32) -> f32 {
  switch (OPERATION) {
    case ADD: {
      return l + r;
    }
    case SUB: {
      return l - r;
    }
    case MUL: {
      return l * r;
    }
    default: {
      return l / r;
    }
  }
}
