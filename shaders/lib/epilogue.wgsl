// What is done to a sum before it is stored, so that no kernel of its own has to load it again. A kernel that imports this
// has `bounds: vec4<u32>` and `residual: f32` in its Params and binds `operand`, an image like y. Bounds are the bits of floats, since
// WGSL has no infinity.
// - bounds.xy: results are clipped: ReLU, Clip; at 0 from below also what guided backpropagation does to signals.
// - residual 1: the operand is added before; 0: it is a mask, which lets pass where it lies strictly between bounds.zw: neither NaN nor
//   an infinity does.
//#import lib/compare.wgsl

const WITH_OPERAND = false; // otherwise the operand is not read

fn epilogue(sum: f32, at: u32) -> f32 {
  var result = sum;
  if (WITH_OPERAND) {
    let other = operand[at];
    let inside = (other > bitcast<f32>(params.bounds.z)) & (other < bitcast<f32>(params.bounds.w));
    let passes = inside | (params.residual != 0.0);
    result = select(0.0, sum + params.residual * other, passes);
  }
  return clipped(result, bitcast<f32>(params.bounds.x), bitcast<f32>(params.bounds.y));
}
