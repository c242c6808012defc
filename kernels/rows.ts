// AssemblyScript. Sums over rows of numbers, and products of matrices as they lie in memory. Addresses and steps are bytes.
import { across, loadFirst, storeFirst } from './lanes';
import { multiplyAdd } from './tile';

/** Numbers that are added up by themselves: rounding errors of one long sum would be larger. A multiple of 16. */
const CHUNK = 1024;

/** The sum of n numbers. */
export function sum(x: usize, n: i32): f32 {
  let total: f32 = 0;
  for (; n > 0; n -= CHUNK) {
    let left = min(n, CHUNK);
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (; left >= 16; left -= 16) {
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
      x += 64;
    }
    for (; left > 0; left -= 4) {
      a = f32x4.add(a, loadFirst(x, left));
      x += 16;
    }
    total += across(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  return total;
}

/** The greatest of n ≥ 1 numbers, each multiplied by `sign`. */
export function greatest(x: usize, n: i32, sign: f32): f32 {
  let most = f32x4.splat(load<f32>(x) * sign);
  for (; n >= 4; n -= 4) {
    most = f32x4.max(most, f32x4.mul(v128.load(x), f32x4.splat(sign)));
    x += 16;
  }
  let top = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; n > 0; n--) {
    top = max(top, load<f32>(x) * sign);
    x += 4;
  }
  return top;
}

/** Columns of y that stay in the first cache while rows are added to them. */
const COLUMNS = 4096;

/** y [n] += Σ a[i] · b[i][n] over k rows in their order, as a tile does (tile.mjs): a of any step, rows of b `bStep` apart. */
export function addRows(k: i32, n: i32, a: usize, aStep: usize, b: usize, bStep: usize, y: usize): void {
  for (; n > 0; n -= COLUMNS) {
    const count = min(n, COLUMNS);
    let from = a;
    let row = b;
    let left = k;
    for (; left >= 4; left -= 4) {
      addFour(count, from, aStep, row, bStep, y);
      from += 4 * aStep;
      row += 4 * bStep;
    }
    for (; left > 0; left--) {
      const factor = v128.load32_splat(from);
      for (let j = 0; j < count; j += 4) {
        const at = <usize>j << 2;
        storeFirst(y + at, multiplyAdd(factor, v128.load(row + at), v128.load(y + at)), count - j);
      }
      from += aStep;
      row += bStep;
    }
    b += COLUMNS << 2;
    y += COLUMNS << 2;
  }
}

@inline
function addFour(n: i32, a: usize, aStep: usize, row0: usize, bStep: usize, y: usize): void {
  const factor0 = v128.load32_splat(a);
  const factor1 = v128.load32_splat(a + aStep);
  const factor2 = v128.load32_splat(a + 2 * aStep);
  const factor3 = v128.load32_splat(a + 3 * aStep);
  let row1 = row0 + bStep;
  let row2 = row1 + bStep;
  let row3 = row2 + bStep;
  for (; n > 0; n -= 4) {
    let so = multiplyAdd(factor0, v128.load(row0), v128.load(y));
    so = multiplyAdd(factor1, v128.load(row1), so);
    so = multiplyAdd(factor2, v128.load(row2), so);
    so = multiplyAdd(factor3, v128.load(row3), so);
    storeFirst(y, so, n);
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    y += 16;
  }
}

/** The sums of four vectors. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Two float16 numbers of each lane, those in the low bits or those in the high ones; none is infinite. */
@inline
function halves(pairs: v128, high: bool): v128 {
  const bits = high ? pairs : i32x4.shl(pairs, 16);
  const size = v128.and(i32x4.shr_u(bits, 3), i32x4.splat(0x0fffe000));
  const sign = v128.and(bits, i32x4.splat(0x80000000));
  return v128.or(sign, f32x4.mul(size, f32x4.splat(5.192296858534828e33)));
}

/**
 * Products of one row of a with four rows of b, of k numbers each; in the rows of b they may be float16. In chunks, whose
 * sums are added up in the end.
 */
@inline
function fourDots(ofHalves: bool, k: i32, a: usize, row0: usize, row1: usize, row2: usize, row3: usize): v128 {
  let total = f32x4.splat(0);
  for (; k > 0; k -= CHUNK) {
    let left = min(k, CHUNK);
    let so0 = f32x4.splat(0);
    let so1 = so0;
    let so2 = so0;
    let so3 = so0;
    if (ofHalves) {
      for (; left > 0; left -= 8) {
        const first = v128.load(a);
        const second = left > 4 ? v128.load(a, 16) : f32x4.splat(0);
        const even = v128.shuffle<f32>(first, second, 0, 2, 4, 6);
        const odd = v128.shuffle<f32>(first, second, 1, 3, 5, 7);
        const count = left >> 1;
        const pairs0 = loadFirst(row0, count);
        const pairs1 = loadFirst(row1, count);
        const pairs2 = loadFirst(row2, count);
        const pairs3 = loadFirst(row3, count);
        so0 = multiplyAdd(odd, halves(pairs0, true), multiplyAdd(even, halves(pairs0, false), so0));
        so1 = multiplyAdd(odd, halves(pairs1, true), multiplyAdd(even, halves(pairs1, false), so1));
        so2 = multiplyAdd(odd, halves(pairs2, true), multiplyAdd(even, halves(pairs2, false), so2));
        so3 = multiplyAdd(odd, halves(pairs3, true), multiplyAdd(even, halves(pairs3, false), so3));
        a += 32;
        row0 += 16;
        row1 += 16;
        row2 += 16;
        row3 += 16;
      }
    } else {
      for (; left >= 4; left -= 4) {
        const four = v128.load(a);
        so0 = multiplyAdd(four, v128.load(row0), so0);
        so1 = multiplyAdd(four, v128.load(row1), so1);
        so2 = multiplyAdd(four, v128.load(row2), so2);
        so3 = multiplyAdd(four, v128.load(row3), so3);
        a += 16;
        row0 += 16;
        row1 += 16;
        row2 += 16;
        row3 += 16;
      }
      if (left > 0) {
        const four = loadFirst(a, left);
        so0 = multiplyAdd(four, loadFirst(row0, left), so0);
        so1 = multiplyAdd(four, loadFirst(row1, left), so1);
        so2 = multiplyAdd(four, loadFirst(row2, left), so2);
        so3 = multiplyAdd(four, loadFirst(row3, left), so3);
      }
    }
    total = f32x4.add(total, sums(so0, so1, so2, so3));
  }
  return total;
}

/**
 * y [m][n] = y + alpha · a [m][k] · (b [n][k])ᵀ between low and high: rows against rows, as they lie in a file, `bStep` apart.
 * Four rows of b are used for all of a while they are in the cache.
 */
export function dots(
  ofHalves: bool,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  b: usize,
  bStep: usize,
  y: usize,
  yStep: usize,
  alpha: f32,
  low: f32,
  high: f32,
): void {
  for (; n > 0; n -= 4) {
    const row1 = n > 1 ? b + bStep : b;
    const row2 = n > 2 ? row1 + bStep : b;
    const row3 = n > 3 ? row2 + bStep : b;
    let from = a;
    let to = y;
    for (let i = 0; i < m; i++) {
      const four = ofHalves
        ? fourDots(true, k, from, b, row1, row2, row3)
        : fourDots(false, k, from, b, row1, row2, row3);
      const result = multiplyAdd(four, f32x4.splat(alpha), v128.load(to));
      storeFirst(to, f32x4.pmin(f32x4.pmax(result, f32x4.splat(low)), f32x4.splat(high)), n);
      from += <usize>k << 2;
      to += yStep;
    }
    b += bStep << 2;
    y += 16;
  }
}
