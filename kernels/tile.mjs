// The micro-kernel of every product, written out: AssemblyScript has neither macros nor arrays in registers.

/** Rows of a tile. 6 × 8 is what fits into the 15 vector registers that V8 leaves on x86: 12 sums, 2 fours of b, 1 of a. */
const ROWS = [6, 4, 2, 1];
/** Where a product needs a register before it is added, 6 × 8 do not fit, and take twice as long. */
const TALLEST = { relaxed: 6, plain: 4 };
/** Fours of columns. */
const FOURS = 2;

const times = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join('\n');
const each = (rows, text) => times(rows, (i) => times(FOURS, (j) => text(i, j)));

/**
 * A function that makes `rows` × 8 numbers of y: bias + a·b over k, or y + a·b where `adds`; then between low and high, where a
 * NaN stays one. a is packed [k][rows], b lies in rows of 8 that are `bStep` bytes apart, rows of y are `yStep` bytes apart.
 * What is added to y is summed up by itself: cut into such pieces a long sum loses fewer digits.
 */
const tile = (rows) => `
export function tile${rows}(
  k: i32, a: usize, b: usize, bStep: usize, y: usize, yStep: usize, bias: usize, adds: bool, low: f32, high: f32,
): void {
  ${each(rows, (i, j) => `let sum_${i}_${j}: v128;`)}
  if (adds) {
    ${each(rows, (i, j) => `sum_${i}_${j} = f32x4.splat(0);`)}
  } else {
    ${each(rows, (i, j) => `sum_${i}_${j} = v128.load32_splat(bias, ${4 * i});`)}
  }
  const end = a + <usize>k * ${4 * rows};
  while (a < end) {
    ${times(FOURS, (j) => `const b_${j} = v128.load(b, ${16 * j});`)}
    ${times(
      rows,
      (i) => `const a_${i} = v128.load32_splat(a, ${4 * i});
      ${times(FOURS, (j) => `sum_${i}_${j} = multiplyAdd(a_${i}, b_${j}, sum_${i}_${j});`)}`,
    )}
    a += ${4 * rows};
    b += bStep;
  }
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  let at = y;
  if (adds) {
    ${times(rows, (i) => `${times(FOURS, (j) => `sum_${i}_${j} = f32x4.add(v128.load(at, ${16 * j}), sum_${i}_${j});`)} at += yStep;`)}
    at = y;
  }
  ${times(rows, (i) => `${times(FOURS, (j) => `v128.store(at, f32x4.pmin(f32x4.pmax(sum_${i}_${j}, least), most), ${16 * j});`)} at += yStep;`)}
}`;

/** The file tile.ts of a module: `relaxed` multiplies and adds in one rounding where the processor does. */
export const tiles = (relaxed) => `
export const TALLEST: i32 = ${TALLEST[relaxed ? 'relaxed' : 'plain']};
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ${relaxed ? 'f32x4.relaxed_madd(a, b, c)' : 'f32x4.add(f32x4.mul(a, b), c)'};
}

/** a where the mask has ones, b where it has zeros; lanes of it are one or the other. */
@inline
export function select(a: v128, b: v128, mask: v128): v128 {
  return ${relaxed ? 'i32x4.relaxed_laneselect(a, b, mask)' : 'v128.bitselect(a, b, mask)'};
}
${ROWS.map(tile).join('\n')}
`;
