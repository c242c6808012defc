// AssemblyScript. Functions of one number and of two, on n numbers that lie one after the other. Addresses are bytes.
import { storeFirst } from './lanes';
import { multiplyAdd } from './tile';

/** Rounds to a whole number what it is added to, in the last bits. */
const ROUNDING: f32 = 12582912;
const LN_2_HIGH: f32 = 0.693359375;
const LN_2_LOW: f32 = -2.12194440e-4;

/** A polynomial with one more coefficient. */
@inline
function then(so: v128, x: v128, coefficient: f32): v128 {
  return multiplyAdd(so, x, f32x4.splat(coefficient));
}

/** e^x within 2 units in the last place (Moshier, Cephes, expf): 2^n · e^r with |r| ≤ ln 2 / 2. */
@inline
function exponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-110)), f32x4.splat(100));
  const rounded = multiplyAdd(x, f32x4.splat(1.44269504088896341), f32x4.splat(ROUNDING));
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDING));
  const r = multiplyAdd(n, f32x4.splat(-LN_2_LOW), multiplyAdd(n, f32x4.splat(-LN_2_HIGH), x));
  let so = f32x4.splat(1.9875691500e-4);
  so = then(so, r, 1.3981999507e-3);
  so = then(so, r, 8.3334519073e-3);
  so = then(so, r, 4.1665795894e-2);
  so = then(so, r, 1.6666665459e-1);
  so = then(so, r, 5.0000001201e-1);
  so = f32x4.add(multiplyAdd(so, f32x4.mul(r, r), r), f32x4.splat(1));
  // Two powers of 2, since one of them would not reach the ends of float32.
  const whole = i32x4.sub(rounded, f32x4.splat(ROUNDING));
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(so, powerOf2(half)), powerOf2(i32x4.sub(whole, half)));
}

@inline
function powerOf2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** 1 + e^−x. */
@inline
function denominator(x: v128): v128 {
  return f32x4.add(f32x4.splat(1), exponential(f32x4.neg(x)));
}

/** Near 0 an odd polynomial (Cephes, tanhf), beyond 1 − 2 / (e^2|x| + 1). */
@inline
function tangent(x: v128): v128 {
  const size = f32x4.abs(x);
  const far = f32x4.sub(
    f32x4.splat(1),
    f32x4.div(f32x4.splat(2), f32x4.add(exponential(f32x4.add(size, size)), f32x4.splat(1))),
  );
  const square = f32x4.mul(x, x);
  let so = f32x4.splat(-5.70498872745e-3);
  so = then(so, square, 2.06390887954e-2);
  so = then(so, square, -5.37397155531e-2);
  so = then(so, square, 1.33314422036e-1);
  so = then(so, square, -3.33332819422e-1);
  const near = multiplyAdd(f32x4.mul(so, square), x, x);
  const signed = v128.bitselect(x, far, i32x4.splat(0x80000000));
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.625)));
}

@inline
function between(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(low)), f32x4.splat(high));
}

/** What src/ops/internal/kernel-functions.ts numbers like this. `what` is constant where it is called: the rest is dropped. */
@inline
function applied(what: i32, x: v128, alpha: f32, beta: f32): v128 {
  if (what == 0) return between(x, alpha, beta);
  if (what == 1) return exponential(x);
  if (what == 2) return f32x4.div(f32x4.splat(1), denominator(x));
  if (what == 3) return f32x4.div(x, denominator(x));
  if (what == 4) return tangent(x);
  const line = between(multiplyAdd(x, f32x4.splat(alpha), f32x4.splat(beta)), 0, 1);
  return what == 5 ? line : f32x4.mul(x, line);
}

@inline
function each(what: i32, x: usize, y: usize, n: i32, alpha: f32, beta: f32): void {
  for (; n >= 4; n -= 4) {
    v128.store(y, applied(what, v128.load(x), alpha, beta));
    x += 16;
    y += 16;
  }
  if (n > 0) storeFirst(y, applied(what, v128.load(x), alpha, beta), n);
}

/** y = f(x). */
export function ofOne(what: i32, x: usize, y: usize, n: i32, alpha: f32, beta: f32): void {
  if (what == 0) each(0, x, y, n, alpha, beta);
  else if (what == 1) each(1, x, y, n, alpha, beta);
  else if (what == 2) each(2, x, y, n, alpha, beta);
  else if (what == 3) each(3, x, y, n, alpha, beta);
  else if (what == 4) each(4, x, y, n, alpha, beta);
  else if (what == 5) each(5, x, y, n, alpha, beta);
  else each(6, x, y, n, alpha, beta);
}

@inline
function combined(what: i32, a: v128, b: v128): v128 {
  if (what == 0) return f32x4.add(a, b);
  if (what == 1) return f32x4.sub(a, b);
  if (what == 2) return f32x4.mul(a, b);
  if (what == 3) return f32x4.div(a, b);
  if (what == 4) return f32x4.min(a, b);
  if (what == 5) return f32x4.max(a, b);
  return v128.bitselect(a, f32x4.mul(a, b), f32x4.gt(a, f32x4.splat(0)));
}

/** Steps are 16, or 0 for a number that stays the same. */
@inline
function eachPair(what: i32, a: usize, aStep: usize, b: usize, bStep: usize, y: usize, n: i32): void {
  const left = v128.load32_splat(a);
  const right = v128.load32_splat(b);
  for (; n > 0; n -= 4) {
    const result = combined(what, aStep ? v128.load(a) : left, bStep ? v128.load(b) : right);
    storeFirst(y, result, n);
    a += aStep;
    b += bStep;
    y += 16;
  }
}

/** y = f(a, b). */
export function ofTwo(what: i32, a: usize, aStep: usize, b: usize, bStep: usize, y: usize, n: i32): void {
  if (what == 0) eachPair(0, a, aStep, b, bStep, y, n);
  else if (what == 1) eachPair(1, a, aStep, b, bStep, y, n);
  else if (what == 2) eachPair(2, a, aStep, b, bStep, y, n);
  else if (what == 3) eachPair(3, a, aStep, b, bStep, y, n);
  else if (what == 4) eachPair(4, a, aStep, b, bStep, y, n);
  else if (what == 5) eachPair(5, a, aStep, b, bStep, y, n);
  else eachPair(6, a, aStep, b, bStep, y, n);
}

/** dx = max(dy, floor) where the mask lies strictly between low and high, else 0. */
export function reluGrad(mask: usize, dy: usize, dx: usize, n: i32, low: f32, high: f32, floor: f32): void {
  for (; n > 0; n -= 4) {
    const unit = v128.load(mask);
    const active = v128.and(f32x4.gt(unit, f32x4.splat(low)), f32x4.lt(unit, f32x4.splat(high)));
    const signal = v128.and(f32x4.pmax(v128.load(dy), f32x4.splat(floor)), active);
    storeFirst(dx, signal, n);
    mask += 16;
    dy += 16;
    dx += 16;
  }
}
