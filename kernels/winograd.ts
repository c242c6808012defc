// AssemblyScript. 3×3 convolutions by Winograd's F(2×2, 3×3) (Lavin & Gray 2016): 16 products over the channels instead of 36
// multiplications for four pixels. Two tiles of 2×2 pixels side by side are a pair; two pairs, which need not lie side by side, a
// vector; two vectors, a panel of a product.
import { storeFirst } from './lanes';

/** The even ones of eight. */
@inline
function evens(first: v128, second: v128): v128 {
  return v128.shuffle<f32>(first, second, 0, 2, 4, 6);
}

@inline
function odds(first: v128, second: v128): v128 {
  return v128.shuffle<f32>(first, second, 1, 3, 5, 7);
}

/** Where the first of the four rows of a pair of tiles begins, from the corner of a plane with its border. */
@inline
function startOf(pair: i32, across: i32, row: usize): usize {
  const down = pair / across;
  return <usize>down * 2 * row + (<usize>(pair - down * across) << 4);
}

/**
 * Pairs first … first + count of an image with its border, [channels][tall][wide], in the transform Bᵀ·d·B of their tiles:
 * to `y`, [16][panels][channels][8], where the sixteen are `step` apart. A row of tiles is `across` pairs; two pairs are a
 * vector, wherever they lie: beyond the last one it is that one again.
 */
export function winogradForward(
  x: usize,
  channels: i32,
  tall: i32,
  wide: i32,
  across: i32,
  first: i32,
  count: i32,
  y: usize,
  step: usize,
): void {
  const row = <usize>wide << 2;
  const plane = row * tall;
  const last = first + count - 1;
  for (let pair = first; pair <= last; pair += 2) {
    const vector = (pair - first) >> 1;
    const next = min(pair + 1, last);
    let one = x + startOf(pair, across, row);
    let two = x + startOf(next, across, row);
    let to = y + (((<usize>(vector >> 1) * channels) << 5) | (<usize>(vector & 1) << 4));
    for (let channel = 0; channel < channels; channel++) {
      let at = one;
      let also = two;
      const even0 = evens(v128.load(at), v128.load(also));
      const odd0 = odds(v128.load(at), v128.load(also));
      const nextEven0 = evens(v128.load(at, 8), v128.load(also, 8));
      const nextOdd0 = odds(v128.load(at, 8), v128.load(also, 8));
      const d00 = f32x4.sub(even0, nextEven0);
      const d01 = f32x4.add(odd0, nextEven0);
      const d02 = f32x4.sub(nextEven0, odd0);
      const d03 = f32x4.sub(odd0, nextOdd0);
      at += row;
      also += row;
      const even1 = evens(v128.load(at), v128.load(also));
      const odd1 = odds(v128.load(at), v128.load(also));
      const nextEven1 = evens(v128.load(at, 8), v128.load(also, 8));
      const nextOdd1 = odds(v128.load(at, 8), v128.load(also, 8));
      const d10 = f32x4.sub(even1, nextEven1);
      const d11 = f32x4.add(odd1, nextEven1);
      const d12 = f32x4.sub(nextEven1, odd1);
      const d13 = f32x4.sub(odd1, nextOdd1);
      at += row;
      also += row;
      const even2 = evens(v128.load(at), v128.load(also));
      const odd2 = odds(v128.load(at), v128.load(also));
      const nextEven2 = evens(v128.load(at, 8), v128.load(also, 8));
      const nextOdd2 = odds(v128.load(at, 8), v128.load(also, 8));
      const d20 = f32x4.sub(even2, nextEven2);
      const d21 = f32x4.add(odd2, nextEven2);
      const d22 = f32x4.sub(nextEven2, odd2);
      const d23 = f32x4.sub(odd2, nextOdd2);
      at += row;
      also += row;
      const even3 = evens(v128.load(at), v128.load(also));
      const odd3 = odds(v128.load(at), v128.load(also));
      const nextEven3 = evens(v128.load(at, 8), v128.load(also, 8));
      const nextOdd3 = odds(v128.load(at, 8), v128.load(also, 8));
      const d30 = f32x4.sub(even3, nextEven3);
      const d31 = f32x4.add(odd3, nextEven3);
      const d32 = f32x4.sub(nextEven3, odd3);
      const d33 = f32x4.sub(odd3, nextOdd3);
      let put = to;
      v128.store(put, f32x4.sub(d00, d20));
      put += step;
      v128.store(put, f32x4.sub(d01, d21));
      put += step;
      v128.store(put, f32x4.sub(d02, d22));
      put += step;
      v128.store(put, f32x4.sub(d03, d23));
      put += step;
      v128.store(put, f32x4.add(d10, d20));
      put += step;
      v128.store(put, f32x4.add(d11, d21));
      put += step;
      v128.store(put, f32x4.add(d12, d22));
      put += step;
      v128.store(put, f32x4.add(d13, d23));
      put += step;
      v128.store(put, f32x4.sub(d20, d10));
      put += step;
      v128.store(put, f32x4.sub(d21, d11));
      put += step;
      v128.store(put, f32x4.sub(d22, d12));
      put += step;
      v128.store(put, f32x4.sub(d23, d13));
      put += step;
      v128.store(put, f32x4.sub(d10, d30));
      put += step;
      v128.store(put, f32x4.sub(d11, d31));
      put += step;
      v128.store(put, f32x4.sub(d12, d32));
      put += step;
      v128.store(put, f32x4.sub(d13, d33));
      one += plane;
      two += plane;
      to += 32;
    }
  }
}

@inline
function sumOf(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.add(a, b), c);
}

@inline
function differenceOf(a: v128, b: v128, c: v128): v128 {
  return f32x4.sub(f32x4.sub(a, b), c);
}

@inline
function clip(four: v128, lows: v128, highs: v128): v128 {
  return f32x4.pmin(f32x4.pmax(four, lows), highs);
}

/** Results of a pair of tiles, a row of four; of the last of a row only some are kept. */
@inline
function storeBoth(y: usize, columns: i32, upper: v128, lower: v128, row: usize, hasLower: bool): void {
  storeFirst(y, upper, columns);
  if (hasLower) storeFirst(y + row, lower, columns);
}

/**
 * Products [16][filters][vectors] of the pairs first … first + count, sixteen that are `step` apart and rows that are
 * `rowStep` apart, back by the transform Aᵀ·m·A: with the bias, between low and high, they go to y [filters][p][q].
 */
export function winogradBack(
  m: usize,
  step: usize,
  rowStep: usize,
  filters: i32,
  across: i32,
  first: i32,
  count: i32,
  bias: usize,
  y: usize,
  p: i32,
  q: i32,
  low: f32,
  high: f32,
): void {
  const end = first + count;
  const row = <usize>q << 2;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let filter = 0; filter < filters; filter++) {
    const start = v128.load32_splat(bias);
    for (let pair = first; pair < end; pair += 2) {
      let at = m + (<usize>(pair - first) << 3);
      const m00 = v128.load(at);
      at += step;
      const m01 = v128.load(at);
      at += step;
      const m02 = v128.load(at);
      at += step;
      const m03 = v128.load(at);
      at += step;
      const even0 = sumOf(m00, m01, m02);
      const odd0 = differenceOf(m01, m02, m03);
      const m10 = v128.load(at);
      at += step;
      const m11 = v128.load(at);
      at += step;
      const m12 = v128.load(at);
      at += step;
      const m13 = v128.load(at);
      at += step;
      const even1 = sumOf(m10, m11, m12);
      const odd1 = differenceOf(m11, m12, m13);
      const m20 = v128.load(at);
      at += step;
      const m21 = v128.load(at);
      at += step;
      const m22 = v128.load(at);
      at += step;
      const m23 = v128.load(at);
      at += step;
      const even2 = sumOf(m20, m21, m22);
      const odd2 = differenceOf(m21, m22, m23);
      const m30 = v128.load(at);
      at += step;
      const m31 = v128.load(at);
      at += step;
      const m32 = v128.load(at);
      at += step;
      const m33 = v128.load(at);
      const even3 = sumOf(m30, m31, m32);
      const odd3 = differenceOf(m31, m32, m33);
      const evenUpper = clip(f32x4.add(sumOf(even0, even1, even2), start), lows, highs);
      const oddUpper = clip(f32x4.add(sumOf(odd0, odd1, odd2), start), lows, highs);
      const evenLower = clip(f32x4.add(differenceOf(even1, even2, even3), start), lows, highs);
      const oddLower = clip(f32x4.add(differenceOf(odd1, odd2, odd3), start), lows, highs);
      let down = pair / across;
      let column = (pair - down * across) << 2;
      storeBoth(
        y + <usize>down * 2 * row + (<usize>column << 2),
        q - column,
        v128.shuffle<f32>(evenUpper, oddUpper, 0, 4, 1, 5),
        v128.shuffle<f32>(evenLower, oddLower, 0, 4, 1, 5),
        row,
        down * 2 + 1 < p,
      );
      if (pair + 1 == end) continue;
      down = (pair + 1) / across;
      column = (pair + 1 - down * across) << 2;
      storeBoth(
        y + <usize>down * 2 * row + (<usize>column << 2),
        q - column,
        v128.shuffle<f32>(evenUpper, oddUpper, 2, 6, 3, 7),
        v128.shuffle<f32>(evenLower, oddLower, 2, 6, 3, 7),
        row,
        down * 2 + 1 < p,
      );
    }
    m += rowStep;
    bias += 4;
    y += (<usize>p * q) << 2;
  }
}

/**
 * Filters [block][channels][rows] of the sixteen products, `step` apart, back into filters of nine taps
 * [block][channels·9][rows]: to within rounding they are what they were. `rows` filters make the block.
 */
export function winogradFilters(u: usize, step: usize, channels: i32, rows: i32, filters: usize): void {
  const next = <usize>rows << 2;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      let to = filters + (<usize>row << 2);
      for (let tap = 0; tap < 9; tap++) {
        store<f32>(to, tapOf(u, step, tap / 3, tap % 3));
        to += next;
      }
      u += 4;
    }
    filters += next * 9;
  }
}

/** Of G·g·Gᵀ the rows of G·g are g0, (g0 + g1 + g2) / 2, (g0 − g1 + g2) / 2 and g2. */
function tapOf(u: usize, step: usize, r: i32, s: i32): f32 {
  const from = u + step * (r == 0 ? 0 : r == 1 ? 4 : 12);
  if (r != 1) return tapOfRow(from, step, s);
  return tapOfRow(from, step, s) - tapOfRow(from + step * 4, step, s);
}

@inline
function tapOfRow(from: usize, step: usize, s: i32): f32 {
  if (s == 0) return load<f32>(from);
  if (s == 2) return load<f32>(from + step * 3);
  return load<f32>(from + step) - load<f32>(from + step * 2);
}
