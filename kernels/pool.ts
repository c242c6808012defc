// AssemblyScript. Maxima and sums under windows, four windows of a row at once where all of their columns are inside the
// image and the stride is 1 or 2. Addresses are bytes, sizes and strides elements.
import { storeFirst } from './lanes';
import { select } from './tile';

const MAXIMUM = 0;
/** And where it is. */
const SWITCHES = 1;
const SUM = 2;

const LOWEST: f32 = -3.4028234663852886e38;
const NOWHERE: i32 = -1;

/** The first tap of a window that lies at 0 or behind: windows begin at `start`. */
@inline
function firstTap(start: i32, dilation: i32): i32 {
  return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

/** Taps before the end of an axis of `size`. */
@inline
function lastTap(start: i32, size: i32, kernel: i32, dilation: i32): i32 {
  return start >= size ? 0 : min(kernel, (size - 1 - start) / dilation + 1);
}

/** Every number, or every other. */
@inline
function four(at: usize, stride: i32): v128 {
  if (stride == 1) return v128.load(at);
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6);
}

@inline
function joined(mode: i32, so: v128, next: v128): v128 {
  return mode == SUM ? f32x4.add(so, next) : f32x4.pmax(so, next);
}

/** What four windows of at most three columns make of twelve columns, each of which is joined already. */
@inline
function windowsOf(mode: i32, first: v128, second: v128, third: v128, kernelW: i32, strideW: i32): v128 {
  if (strideW == 1) {
    const two = kernelW > 1 ? joined(mode, first, v128.shuffle<f32>(first, second, 1, 2, 3, 4)) : first;
    return kernelW > 2 ? joined(mode, two, v128.shuffle<f32>(first, second, 2, 3, 4, 5)) : two;
  }
  const evens = v128.shuffle<f32>(first, second, 0, 2, 4, 6);
  const two = kernelW > 1 ? joined(mode, evens, v128.shuffle<f32>(first, second, 1, 3, 5, 7)) : evens;
  return kernelW > 2 ? joined(mode, two, v128.shuffle<f32>(evens, third, 1, 2, 3, 4)) : two;
}

/** Sums of what {@link narrow} has found the maxima of: NaN where one of the numbers was, or where there was ∞ − ∞. */
let sums: v128 = f32x4.splat(0);

/** Four windows of at most three columns side by side, from `at` on: columns are joined once for all windows that see them. */
@inline
function narrow(mode: i32, at: usize, rows: i32, rowStep: usize, kernelW: i32, strideW: i32): v128 {
  let first = v128.load(at);
  let second = v128.load(at, 16);
  let third = v128.load(at, 32);
  let sum1 = first;
  let sum2 = second;
  let sum3 = third;
  for (let r = 1; r < rows; r++) {
    at += rowStep;
    const next1 = v128.load(at);
    const next2 = v128.load(at, 16);
    const next3 = v128.load(at, 32);
    first = joined(mode, first, next1);
    second = joined(mode, second, next2);
    third = joined(mode, third, next3);
    if (mode == MAXIMUM) {
      sum1 = f32x4.add(sum1, next1);
      sum2 = f32x4.add(sum2, next2);
      sum3 = f32x4.add(sum3, next3);
    }
  }
  if (mode == MAXIMUM) sums = windowsOf(SUM, sum1, sum2, sum3, kernelW, strideW);
  return windowsOf(mode, first, second, third, kernelW, strideW);
}

/** Whether some of the first numbers are NaN. */
@inline
function hasNaN(numbers: v128, count: i32): bool {
  return (i32x4.bitmask(f32x4.ne(numbers, numbers)) & ((1 << count) - 1)) != 0;
}

/** One pool of all windows of `planes` images; `base` is the index of the first number in all of x. */
@inline
function pool(
  mode: i32,
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  kernelH: i32,
  kernelW: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
  countH: i32,
  countW: i32,
  y: usize,
  switches: usize,
  base: i32,
): void {
  const room = w - 1 - (kernelW - 1) * dilationW + left;
  const fits = strideW <= 2 && room >= 0;
  const inner = fits ? max(0, (left + strideW - 1) / strideW) : countW;
  const outer = fits ? max(inner, min(countW, room / strideW + 1)) : countW;
  const lanes = i32x4(0, strideW, 2 * strideW, 3 * strideW);
  const dilation = i32x4.splat(dilationW);
  const rowStep = <usize>(dilationH * w) << 2;
  const columnStep = <usize>dilationW << 2;
  const isNarrow = mode != SWITCHES && kernelW <= 3 && dilationW == 1;
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < countH; p++) {
      const start = p * strideH - top;
      const firstRow = firstTap(start, dilationH);
      const lastRow = lastTap(start, h, kernelH, dilationH);
      const begin = (start + firstRow * dilationH) * w - left;
      for (let q = 0; q < countW; ) {
        if (q >= inner && q < outer && firstRow < lastRow) {
          let place = begin + q * strideW;
          let row = x + ((<usize>place) << 2);
          const count = min(4, outer - q);
          const to = <usize>q << 2;
          if (isNarrow) {
            const some = narrow(mode, row, lastRow - firstRow, rowStep, kernelW, strideW);
            if (mode == SUM || !hasNaN(sums, count)) {
              storeFirst(y + to, some, count);
              q += count;
              continue;
            }
          }
          let so = mode == SUM ? f32x4.splat(0) : four(row, strideW);
          let none = f32x4.splat(0);
          let best = i32x4.add(i32x4.splat(base + place), lanes);
          for (let r = firstRow; r < lastRow; r++) {
            let at = row;
            let index = i32x4.add(i32x4.splat(base + place), lanes);
            for (let s = 0; s < kernelW; s++) {
              const next = four(at, strideW);
              if (mode == SUM) so = f32x4.add(so, next);
              else if (mode == MAXIMUM) {
                // What is NaN is noted besides: all of its bits are set in the end.
                none = v128.or(none, f32x4.ne(next, next));
                so = f32x4.pmax(so, next);
              } else {
                // The first NaN stays.
                const greater = v128.andnot(f32x4.eq(so, so), f32x4.le(next, so));
                so = select(next, so, greater);
                best = select(index, best, greater);
                index = i32x4.add(index, dilation);
              }
              at += columnStep;
            }
            row += rowStep;
            place += dilationH * w;
          }
          if (mode == MAXIMUM) so = v128.or(so, none);
          storeFirst(y + to, so, count);
          if (mode == SWITCHES) storeFirst(switches + to, best, count);
          q += count;
        } else {
          const from = q * strideW - left;
          const firstColumn = firstTap(from, dilationW);
          const lastColumn = lastTap(from, w, kernelW, dilationW);
          let so: f32 = mode == SUM ? 0 : LOWEST;
          let best = NOWHERE;
          for (let r = firstRow; r < lastRow; r++) {
            const row = (start + r * dilationH) * w + from;
            for (let s = firstColumn; s < lastColumn; s++) {
              const place = row + s * dilationW;
              const next = load<f32>(x + ((<usize>place) << 2));
              if (mode == SUM) so += next;
              else if (best == NOWHERE || next > so || (next != next && so == so)) {
                so = next;
                best = base + place;
              }
            }
          }
          store<f32>(y + (<usize>q << 2), so);
          if (mode == SWITCHES) store<i32>(switches + (<usize>q << 2), best);
          q++;
        }
      }
      y += <usize>countW << 2;
      switches += <usize>countW << 2;
    }
    x += <usize>(h * w) << 2;
    base += h * w;
  }
}

/** The greatest number of each window, and where `switches` is not 0 its index; the first of equal ones. */
export function maxPool(
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  kernelH: i32,
  kernelW: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
  countH: i32,
  countW: i32,
  y: usize,
  switches: usize,
  base: i32,
): void {
  if (switches) pool(SWITCHES, x, planes, h, w, kernelH, kernelW, strideH, strideW, dilationH, dilationW, top, left, countH, countW, y, switches, base);
  else pool(MAXIMUM, x, planes, h, w, kernelH, kernelW, strideH, strideW, dilationH, dilationW, top, left, countH, countW, y, 0, base);
}

/** The sum of what each window sees. */
export function sumPool(
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  kernelH: i32,
  kernelW: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
  countH: i32,
  countW: i32,
  y: usize,
): void {
  pool(SUM, x, planes, h, w, kernelH, kernelW, strideH, strideW, dilationH, dilationW, top, left, countH, countW, y, 0, 0);
}
