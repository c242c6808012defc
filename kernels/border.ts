// AssemblyScript. Images with a border of zeros, and what is done to results before they are left.

/** What bits of a number say but its sign: as integers they are in the order of magnitudes, and ∞ and NaN are above all. */
const MAGNITUDE: u32 = 0x7fffffff;

let magnitudes: v128 = i32x4.splat(0);

/** Numbers one after the other. */
function copyRow(from: usize, to: usize, count: i32): void {
  const bits = i32x4.splat(MAGNITUDE);
  let largest = magnitudes;
  for (; count >= 4; count -= 4) {
    const four = v128.load(from);
    largest = i32x4.max_u(largest, v128.and(four, bits));
    v128.store(to, four);
    from += 16;
    to += 16;
  }
  for (; count > 0; count--) {
    largest = i32x4.max_u(largest, v128.and(v128.load32_zero(from), bits));
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
  magnitudes = largest;
}

/** Every other number. */
function copySeconds(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
    from += 32;
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += 8;
    to += 4;
  }
}

function copyStrided(from: usize, step: usize, to: usize, count: i32): void {
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += step;
    to += 4;
  }
}

/** ⌈a / b⌉, at least 0. */
@inline
export function firstOf(a: i32, b: i32): i32 {
  return a > 0 ? (a + b - 1) / b : 0;
}

/** One plane of {@link border}: what lies `stride` apart from (top, left) outside of the image on. */
function copyPlane(
  x: usize,
  h: i32,
  w: i32,
  y: usize,
  tall: i32,
  wide: i32,
  top: i32,
  left: i32,
  strideH: i32,
  strideW: i32,
): void {
  memory.fill(y, 0, (<usize>tall * wide) << 2);
  const firstRow = firstOf(top, strideH);
  const endRow = min(tall, firstOf(h + top, strideH));
  const first = firstOf(left, strideW);
  const count = min(wide, firstOf(w + left, strideW)) - first;
  if (count <= 0) return;
  let from = x + (<usize>((firstRow * strideH - top) * w + first * strideW - left) << 2);
  let to = y + (<usize>(firstRow * wide + first) << 2);
  const step = (<usize>w * strideH) << 2;
  for (let row = firstRow; row < endRow; row++) {
    if (strideW == 1) copyRow(from, to, count);
    else if (strideW == 2) copySeconds(from, to, count);
    else copyStrided(from, <usize>strideW << 2, to, count);
    from += step;
    to += <usize>wide << 2;
  }
}

/**
 * x [planes][h][w] with zeros around it, or cut where `top` or `left` is negative. Under a stride what lies a stride apart
 * comes together: y is [planes][phasesH][phasesW][tall][wide], and element (i, j) of phase (a, b) is the number in row a +
 * i·strideH − top and column b + j·strideW − left. Gives the bits of the largest magnitude, of strides of 1.
 */
export function border(
  x: usize,
  planes: i32,
  h: i32,
  w: i32,
  y: usize,
  tall: i32,
  wide: i32,
  top: i32,
  left: i32,
  strideH: i32,
  strideW: i32,
  phasesH: i32,
  phasesW: i32,
): u32 {
  magnitudes = i32x4.splat(0);
  for (let plane = 0; plane < planes; plane++) {
    for (let a = 0; a < phasesH; a++) {
      for (let b = 0; b < phasesW; b++) {
        copyPlane(x, h, w, y, tall, wide, top - a, left - b, strideH, strideW);
        y += (<usize>tall * wide) << 2;
      }
    }
    x += (<usize>h * w) << 2;
  }
  const pairs = i32x4.max_u(magnitudes, v128.shuffle<i32>(magnitudes, magnitudes, 2, 3, 0, 1));
  return max(<u32>i32x4.extract_lane(pairs, 0), <u32>i32x4.extract_lane(pairs, 1));
}

/**
 * The numbers of x [h][w] `strideH` and `strideW` apart among zeros, y [tall][wide], from (top, left) on; what lies outside
 * is cut.
 */
export function spread(
  x: usize,
  h: i32,
  w: i32,
  y: usize,
  tall: i32,
  wide: i32,
  top: i32,
  left: i32,
  strideH: i32,
  strideW: i32,
): void {
  memory.fill(y, 0, (<usize>tall * wide) << 2);
  const first = firstOf(-left, strideW);
  const end = min(w, firstOf(wide - left, strideW));
  for (let i = firstOf(-top, strideH); i < min(h, firstOf(tall - top, strideH)); i++) {
    let from = x + (<usize>(i * w + first) << 2);
    let to = y + (<usize>((i * strideH + top) * wide + first * strideW + left) << 2);
    for (let j = first; j < end; j++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += <usize>strideW << 2;
    }
  }
}

/** Between low and high; a NaN stays one. */
@inline
export function clamped(number: f32, low: f32, high: f32): f32 {
  const above = number < low ? low : number;
  return above > high ? high : above;
}

/**
 * Results in rows that are `step` apart: a number of the same place in `operand` is added to each; or, where it is a mask,
 * they become 0 unless it lies strictly between `above` and `below`. Then they are kept between low and high. 0 is no
 * operand.
 */
export function finish(
  y: usize,
  rows: i32,
  columns: i32,
  step: usize,
  operand: usize,
  masks: bool,
  above: f32,
  below: f32,
  low: f32,
  high: f32,
): void {
  const aboves = f32x4.splat(above);
  const belows = f32x4.splat(below);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let row = 0; row < rows; row++) {
    let left = columns;
    let at = y;
    let other = operand;
    for (; left >= 4; left -= 4) {
      let four = v128.load(at);
      if (operand) {
        const others = v128.load(other);
        four = masks
          ? v128.and(four, v128.and(f32x4.gt(others, aboves), f32x4.lt(others, belows)))
          : f32x4.add(four, others);
      }
      v128.store(at, f32x4.pmin(f32x4.pmax(four, lows), highs));
      at += 16;
      other += 16;
    }
    for (; left > 0; left--) {
      let one = load<f32>(at);
      if (operand) {
        const number = load<f32>(other);
        one = masks ? (number > above && number < below ? one : 0) : one + number;
      }
      store<f32>(at, clamped(one, low, high));
      at += 4;
      other += 4;
    }
    y += step;
    if (operand) operand += step;
  }
}
