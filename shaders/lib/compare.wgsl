// What is decided by a comparison where a number may be NaN. WGSL leaves open what max, min and clamp make of one; a select
// passes it on, since it is neither below nor above anything. Where that is not enough, the bits tell: no compiler reasons
// away what they say.

fn is_nan(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
}

fn is_finite(v: f32) -> bool {
  return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u;
}

// NaN, which WGSL does not let one write.
fn not_a_number() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}

// f, a function of v by one of those that may make a number of NaN: exp, log, pow, tanh.
fn keeping_nan(f: f32, v: f32) -> f32 {
  return select(f, v, is_nan(v));
}

// The larger number; NaN where one of them is.
fn larger_of(a: f32, b: f32) -> f32 {
  return select(b, a, (a > b) | is_nan(a));
}

// The smaller number; NaN where one of them is.
fn smaller_of(a: f32, b: f32) -> f32 {
  return select(b, a, (a < b) | is_nan(a));
}

// min(max(v, low), high), and NaN of NaN.
fn clipped(v: f32, low: f32, high: f32) -> f32 {
  let raised = select(v, low, v < low);
  return select(raised, high, raised > high);
}
