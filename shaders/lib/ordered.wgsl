// Floats as integers of the same order, −∞ and ∞ among them, for kernels that look for the largest: above all others is NaN,
// of whatever bits, and below all others what is no number of the tensor. So one comparison of integers finds the first
// maximum or the first NaN, and no compiler takes it that neither NaN nor infinity occurs.

const NAN = 0x7fc00000;
const INFINITY = 0x7f800000;
const BEFORE_ALL = -0x7f800001;
const LOWEST = 0xff7fffffu; // bits of the least finite float

fn ordered(bits: i32) -> i32 {
  let magnitude = bits & 0x7fffffff;
  let sign = bits >> 31u; // 0 or −1
  return select((magnitude ^ sign) - sign, NAN, magnitude > INFINITY);
}

// The bits of the number that stands for itself; the least finite one where there was none.
fn bits_of(order: i32) -> u32 {
  let bits = select(u32(order), u32(-order) | 0x80000000u, order < 0);
  return select(bits, LOWEST, order == BEFORE_ALL);
}
