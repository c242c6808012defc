// AssemblyScript. Local response normalisation of one image [c][inner] with exponents that are quarters. Addresses are bytes.
import { storeFirst } from './lanes';
import { multiplyAdd } from './tile';

/** bias + scale · Σ x² over the neighbours of a channel, at four places. */
@inline
function denominator(x: usize, row: usize, from: i32, to: i32, scale: f32, bias: f32): v128 {
  let squares = f32x4.splat(0);
  for (let j = from; j < to; j++) {
    const number = v128.load(x + <usize>j * row);
    squares = multiplyAdd(number, number, squares);
  }
  return multiplyAdd(squares, f32x4.splat(scale), f32x4.splat(bias));
}

/** d^(−quarters / 4). */
@inline
function power(d: v128, quarters: i32): v128 {
  const root = f32x4.sqrt(f32x4.sqrt(d));
  let so = root;
  for (let i = 1; i < quarters; i++) so = f32x4.mul(so, root);
  return f32x4.div(f32x4.splat(1), so);
}

export function lrn(x: usize, c: i32, inner: i32, before: i32, after: i32, scale: f32, bias: f32, quarters: i32, y: usize): void {
  const row = <usize>inner << 2;
  for (let p = 0; p < inner; p += 4) {
    for (let channel = 0; channel < c; channel++) {
      const d = denominator(x, row, max(channel - before, 0), min(channel + after + 1, c), scale, bias);
      const at = <usize>channel * row;
      storeFirst(y + at, f32x4.mul(v128.load(x + at), power(d, quarters)), inner - p);
    }
    x += 16;
    y += 16;
  }
}

/** `factor` is twice scale · beta; `scratch` has room for 8 numbers of each channel. */
export function lrnGrad(
  x: usize,
  dy: usize,
  c: i32,
  inner: i32,
  before: i32,
  after: i32,
  scale: f32,
  bias: f32,
  quarters: i32,
  factor: f32,
  dx: usize,
  scratch: usize,
): void {
  const row = <usize>inner << 2;
  for (let p = 0; p < inner; p += 4) {
    for (let channel = 0; channel < c; channel++) {
      const d = denominator(x, row, max(channel - before, 0), min(channel + after + 1, c), scale, bias);
      const at = <usize>channel * row;
      const passed = f32x4.mul(v128.load(dy + at), power(d, quarters));
      const so = scratch + (<usize>channel << 5);
      v128.store(so, passed);
      v128.store(so, f32x4.div(f32x4.mul(passed, v128.load(x + at)), d), 16);
    }
    for (let channel = 0; channel < c; channel++) {
      let others = f32x4.splat(0);
      const to = min(channel + before + 1, c);
      for (let j = max(channel - after, 0); j < to; j++) others = f32x4.add(others, v128.load(scratch + (<usize>j << 5), 16));
      const at = <usize>channel * row;
      const slope = f32x4.mul(f32x4.mul(v128.load(x + at), f32x4.splat(-factor)), others);
      storeFirst(dx + at, f32x4.add(v128.load(scratch + (<usize>channel << 5)), slope), inner - p);
    }
    x += 16;
    dy += 16;
    dx += 16;
  }
}
