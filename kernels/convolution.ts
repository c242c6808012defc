// AssemblyScript. Convolutions as products of packed filters with panels of pixels. Addresses and steps are bytes; the
// images are [channels][rows][columns] as everywhere. Who calls has bounded everything: nothing is checked here.
import { TALLEST, tile1, tile2, tile4, tile6 } from './tile';

/** Pixels of a panel, and columns of a tile. */
const WIDE = 8;

/** Filters that the next tile takes: of tiles of six seven, eight and ten would leave few for the last. */
export function rowsOf(left: i32): i32 {
  if (left >= TALLEST && (TALLEST == 4 || (left != 7 && left != 8 && left != 10))) return TALLEST;
  return left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

@inline
function tile(
  rows: i32,
  k: i32,
  a: usize,
  b: usize,
  bStep: usize,
  y: usize,
  yStep: usize,
  bias: usize,
  adds: bool,
  low: f32,
  high: f32,
): void {
  if (TALLEST == 6 && rows == 6) tile6(k, a, b, bStep, y, yStep, bias, adds, low, high);
  else if (rows == 4) tile4(k, a, b, bStep, y, yStep, bias, adds, low, high);
  else if (rows == 2) tile2(k, a, b, bStep, y, yStep, bias, adds, low, high);
  else tile1(k, a, b, bStep, y, yStep, bias, adds, low, high);
}

function copyColumns(rows: i32, columns: i32, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(to, from, <usize>columns << 2);
    from += fromStep;
    to += toStep;
  }
}

/**
 * y [m][n] = bias + a · b, or y + a · b where `adds`. a is packed in blocks of rows [block][kAll][rows], of which k rows from
 * kFrom on are used; b [k][n] in panels: n columns from one panel to the next `panelStep` on, rows within one `bStep` on.
 * `scratch` has room for 6 × 8 numbers: there the last columns are made.
 */
export function product(
  m: i32,
  n: i32,
  k: i32,
  kFrom: i32,
  kAll: i32,
  a: usize,
  b: usize,
  bStep: usize,
  panelStep: usize,
  y: usize,
  yStep: usize,
  bias: usize,
  adds: bool,
  low: f32,
  high: f32,
  scratch: usize,
): void {
  while (m > 0) {
    const rows = rowsOf(m);
    const filters = a + ((<usize>kFrom * rows) << 2);
    let from = b;
    let to = y;
    for (let left = n; left > 0; left -= WIDE) {
      if (left >= WIDE) tile(rows, k, filters, from, bStep, to, yStep, bias, adds, low, high);
      else {
        if (adds) copyColumns(rows, left, to, yStep, scratch, WIDE << 2);
        tile(rows, k, filters, from, bStep, scratch, WIDE << 2, bias, adds, low, high);
        copyColumns(rows, left, scratch, WIDE << 2, to, yStep);
      }
      from += panelStep;
      to += WIDE << 2;
    }
    a += (<usize>kAll * rows) << 2;
    y += yStep * rows;
    bias += <usize>rows << 2;
    m -= rows;
  }
}

/** Where pixel p of the result begins to read. */
@inline
function startOf(x: usize, p: i32, width: i32, rowStep: i32): usize {
  const row = p / width;
  return x + <usize>(row * rowStep) + (<usize>(p - row * width) << 2);
}

/** A panel whose pixels lie in one row. */
function packRow(from: usize, offsets: usize, k: i32, panel: usize): void {
  const end = offsets + (<usize>k << 2);
  for (; offsets < end; offsets += 4) {
    const tap = from + <usize>load<i32>(offsets);
    v128.store(panel, v128.load(tap));
    v128.store(panel, v128.load(tap, 16), 16);
    panel += WIDE << 2;
  }
}

/** A panel whose first pixels end a row and whose others begin the next: they are written over what was read too much. */
function packTwoRows(from: usize, then: usize, firsts: i32, offsets: usize, k: i32, panel: usize): void {
  const end = offsets + (<usize>k << 2);
  let others = panel + (<usize>firsts << 2);
  for (; offsets < end; offsets += 4) {
    const tap = <usize>load<i32>(offsets);
    const other0 = v128.load(then + tap);
    const other1 = v128.load(then + tap, 16);
    v128.store(panel, v128.load(from + tap));
    v128.store(panel, v128.load(from + tap, 16), 16);
    v128.store(others, other0);
    v128.store(others, other1, 16);
    panel += WIDE << 2;
    others += WIDE << 2;
  }
}

/** A panel of any eight pixels from p on; beyond `last` they are that one again. */
function packAny(
  x: usize,
  offsets: usize,
  k: i32,
  p: i32,
  last: i32,
  width: i32,
  rowStep: i32,
  panel: usize,
): void {
  const end = offsets + (<usize>k << 2);
  const from0 = startOf(x, min(p, last), width, rowStep);
  const from1 = startOf(x, min(p + 1, last), width, rowStep);
  const from2 = startOf(x, min(p + 2, last), width, rowStep);
  const from3 = startOf(x, min(p + 3, last), width, rowStep);
  const from4 = startOf(x, min(p + 4, last), width, rowStep);
  const from5 = startOf(x, min(p + 5, last), width, rowStep);
  const from6 = startOf(x, min(p + 6, last), width, rowStep);
  const from7 = startOf(x, min(p + 7, last), width, rowStep);
  for (; offsets < end; offsets += 4) {
    const tap = <usize>load<i32>(offsets);
    store<f32>(panel, load<f32>(from0 + tap));
    store<f32>(panel, load<f32>(from1 + tap), 4);
    store<f32>(panel, load<f32>(from2 + tap), 8);
    store<f32>(panel, load<f32>(from3 + tap), 12);
    store<f32>(panel, load<f32>(from4 + tap), 16);
    store<f32>(panel, load<f32>(from5 + tap), 20);
    store<f32>(panel, load<f32>(from6 + tap), 24);
    store<f32>(panel, load<f32>(from7 + tap), 28);
    panel += WIDE << 2;
  }
}

/**
 * Panels [k][8] of `count` pixels from p on: `offsets` has k numbers, how far what tap reads lies from where its pixel begins;
 * pixels lie one after the other in rows of `width` that are `rowStep` apart. Behind the last panel 32 bytes are written too.
 */
export function packPixels(
  x: usize,
  offsets: usize,
  k: i32,
  p: i32,
  count: i32,
  width: i32,
  rowStep: i32,
  panel: usize,
): void {
  const end = p + count;
  let row = p / width;
  let column = p - row * width;
  for (; p < end; p += WIDE) {
    const from = x + <usize>(row * rowStep) + (<usize>column << 2);
    const firsts = width - column;
    if (firsts >= WIDE) packRow(from, offsets, k, panel);
    else if (p + WIDE <= end && width + firsts >= WIDE) {
      packTwoRows(from, x + <usize>((row + 1) * rowStep), firsts, offsets, k, panel);
    } else packAny(x, offsets, k, p, end - 1, width, rowStep, panel);
    panel += (<usize>k * WIDE) << 2;
    column += WIDE;
    while (column >= width) {
      column -= width;
      row++;
    }
  }
}
