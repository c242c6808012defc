// What kernels of comparisons, and of infinite results, share. Bits tell, which no compiler reasons away (see lib/compare.wgsl).
//#import lib/compare.wgsl

// Whether a number that stands for a truth value is not 0; NaN is not.
fn is_true(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7fffffffu) != 0u;
}

// Infinity, which WGSL does not let one write.
fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}
