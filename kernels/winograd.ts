// AssemblyScript. 3×3 convolutions by Winograd's F(2×2, 3×3) (Lavin & Gray 2016): 16 products over the channels instead of 36
// multiplications for four pixels. Four tiles of 2×2 pixels side by side are a vector; two vectors, a panel of a product.

/** The even columns of eight. */
@inline
function evens(first: v128, second: v128): v128 {
  return v128.shuffle<f32>(first, second, 0, 2, 4, 6);
}

@inline
function odds(first: v128, second: v128): v128 {
  return v128.shuffle<f32>(first, second, 1, 3, 5, 7);
}

/** The even columns one further on; `last` has columns 6 to 9. */
@inline
function nextEvens(even: v128, last: v128): v128 {
  return v128.shuffle<f32>(even, last, 1, 2, 3, 6);
}

@inline
function nextOdds(odd: v128, last: v128): v128 {
  return v128.shuffle<f32>(odd, last, 1, 2, 3, 7);
}

/**
 * Vectors first … first + count of an image with its border, [channels][tall][wide], in the transform Bᵀ·d·B of their tiles:
 * to `y`, [16][panels][channels][8], where the sixteen are `step` apart. A row of tiles is `across` vectors.
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
  for (let vector = 0; vector < count; vector++) {
    const down = (first + vector) / across;
    let from = x + <usize>down * 2 * row + (<usize>(first + vector - down * across) << 5);
    let to = y + (((<usize>(vector >> 1) * channels) << 5) | (<usize>(vector & 1) << 4));
    for (let channel = 0; channel < channels; channel++) {
      let at = from;
      const first0 = v128.load(at);
      const second0 = v128.load(at, 16);
      const last0 = v128.load(at, 24);
      const even0 = evens(first0, second0);
      const odd0 = odds(first0, second0);
      const nextEven0 = nextEvens(even0, last0);
      const nextOdd0 = nextOdds(odd0, last0);
      const d00 = f32x4.sub(even0, nextEven0);
      const d01 = f32x4.add(odd0, nextEven0);
      const d02 = f32x4.sub(nextEven0, odd0);
      const d03 = f32x4.sub(odd0, nextOdd0);
      at += row;
      const first1 = v128.load(at);
      const second1 = v128.load(at, 16);
      const last1 = v128.load(at, 24);
      const even1 = evens(first1, second1);
      const odd1 = odds(first1, second1);
      const nextEven1 = nextEvens(even1, last1);
      const nextOdd1 = nextOdds(odd1, last1);
      const d10 = f32x4.sub(even1, nextEven1);
      const d11 = f32x4.add(odd1, nextEven1);
      const d12 = f32x4.sub(nextEven1, odd1);
      const d13 = f32x4.sub(odd1, nextOdd1);
      at += row;
      const first2 = v128.load(at);
      const second2 = v128.load(at, 16);
      const last2 = v128.load(at, 24);
      const even2 = evens(first2, second2);
      const odd2 = odds(first2, second2);
      const nextEven2 = nextEvens(even2, last2);
      const nextOdd2 = nextOdds(odd2, last2);
      const d20 = f32x4.sub(even2, nextEven2);
      const d21 = f32x4.add(odd2, nextEven2);
      const d22 = f32x4.sub(nextEven2, odd2);
      const d23 = f32x4.sub(odd2, nextOdd2);
      at += row;
      const first3 = v128.load(at);
      const second3 = v128.load(at, 16);
      const last3 = v128.load(at, 24);
      const even3 = evens(first3, second3);
      const odd3 = odds(first3, second3);
      const nextEven3 = nextEvens(even3, last3);
      const nextOdd3 = nextOdds(odd3, last3);
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
      from += plane;
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

/** Two fours of columns, taken in turn, as a row of eight; of the last of a row of results only some are kept. */
@inline
function storeRow(y: usize, columns: i32, even: v128, odd: v128, scratch: usize): void {
  const firsts = v128.shuffle<f32>(even, odd, 0, 4, 1, 5);
  const seconds = v128.shuffle<f32>(even, odd, 2, 6, 3, 7);
  if (columns >= 8) {
    v128.store(y, firsts);
    v128.store(y, seconds, 16);
    return;
  }
  v128.store(scratch, firsts);
  v128.store(scratch, seconds, 16);
  for (let i = 0; i < columns; i++) {
    store<f32>(y, load<f32>(scratch));
    y += 4;
    scratch += 4;
  }
}

/**
 * Products [16][filters][vectors] of the vectors first … first + count, sixteen that are `step` apart and rows that are
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
  scratch: usize,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let filter = 0; filter < filters; filter++) {
    const start = v128.load32_splat(bias);
    for (let vector = 0; vector < count; vector++) {
      let at = m + (<usize>vector << 4);
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
      const evenUpper = f32x4.add(sumOf(even0, even1, even2), start);
      const oddUpper = f32x4.add(sumOf(odd0, odd1, odd2), start);
      const evenLower = f32x4.add(differenceOf(even1, even2, even3), start);
      const oddLower = f32x4.add(differenceOf(odd1, odd2, odd3), start);
      const down = (first + vector) / across;
      const column = (first + vector - down * across) << 3;
      const to = y + (<usize>(down * 2 * q + column) << 2);
      storeRow(
        to,
        q - column,
        f32x4.pmin(f32x4.pmax(evenUpper, lows), highs),
        f32x4.pmin(f32x4.pmax(oddUpper, lows), highs),
        scratch,
      );
      if (down * 2 + 1 < p) {
        storeRow(
          to + (<usize>q << 2),
          q - column,
          f32x4.pmin(f32x4.pmax(evenLower, lows), highs),
          f32x4.pmin(f32x4.pmax(oddLower, lows), highs),
          scratch,
        );
      }
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
