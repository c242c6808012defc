// What is done to a sum before it is stored, so that no kernel of its own has to load it again. A kernel that imports this
// has `bounds: vec4<f32>` and `residual: f32` in its Params and binds z, an image like y.
// - bounds.xy: results are clipped: ReLU, Clip; at 0 from below also what guided backpropagation does to signals.
// - residual 1: z is added before; 0: z is a mask, which lets pass where it lies strictly between bounds.zw.

const WITH_Z = false; // otherwise z is not read

fn finish(sum: f32, at: u32) -> f32 {
  var result = sum;
  if (WITH_Z) {
    let other = z[at];
    let passes = (other > params.bounds.z) & (other < params.bounds.w);
    result = select(0.0, sum + params.residual * other, passes);
  }
  // Not clamp: its care for NaN is an eighth of the machine code of a kernel.
  result = select(result, params.bounds.x, result < params.bounds.x);
  return select(result, params.bounds.y, result > params.bounds.y);
}
