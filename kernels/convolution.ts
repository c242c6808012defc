// AssemblyScript. Convolutions as products of packed filters with panels of pixels. Addresses and steps are bytes; the
// images are [channels][rows][columns] as everywhere. Who calls has bounded everything: nothing is checked here.
import { tile1, tile2, tile4, tile6 } from './tile';

/** Pixels of a panel, and columns of a tile. */
const WIDE = 8;

/** Filters that the next tile takes: seven, eight and ten are done without one that is mostly empty. */
export function rowsOf(left: i32): i32 {
  if (left >= 6) return left == 7 || left == 8 || left == 10 ? 4 : 6;
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
  if (rows == 6) tile6(k, a, b, bStep, y, yStep, bias, adds, low, high);
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
function startOf(x: usize, p: i32, width: i32, rowStep: i32, pixelStep: i32): usize {
  const row = p / width;
  return x + <usize>(row * rowStep + (p - row * width) * pixelStep);
}

/**
 * The panel [k][8] of the pixels from p on: `offsets` has k numbers, how far what tap reads lies from where its pixel begins.
 * Pixels beyond `last` are that one again.
 */
function pack(
  x: usize,
  offsets: usize,
  k: i32,
  p: i32,
  last: i32,
  width: i32,
  rowStep: i32,
  pixelStep: i32,
  panel: usize,
): void {
  const end = offsets + (<usize>k << 2);
  const column = p % width;
  if (pixelStep == 4 && column + WIDE <= width) {
    const start = startOf(x, p, width, rowStep, pixelStep);
    for (; offsets < end; offsets += 4) {
      const from = start + <usize>load<i32>(offsets);
      v128.store(panel, v128.load(from));
      v128.store(panel, v128.load(from, 16), 16);
      panel += WIDE << 2;
    }
    return;
  }
  if (pixelStep == 8 && column + WIDE < width) {
    const start = startOf(x, p, width, rowStep, pixelStep);
    for (; offsets < end; offsets += 4) {
      const from = start + <usize>load<i32>(offsets);
      v128.store(panel, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      v128.store(panel, v128.shuffle<f32>(v128.load(from, 32), v128.load(from, 48), 0, 2, 4, 6), 16);
      panel += WIDE << 2;
    }
    return;
  }
  const from0 = startOf(x, min(p, last), width, rowStep, pixelStep);
  const from1 = startOf(x, min(p + 1, last), width, rowStep, pixelStep);
  const from2 = startOf(x, min(p + 2, last), width, rowStep, pixelStep);
  const from3 = startOf(x, min(p + 3, last), width, rowStep, pixelStep);
  const from4 = startOf(x, min(p + 4, last), width, rowStep, pixelStep);
  const from5 = startOf(x, min(p + 5, last), width, rowStep, pixelStep);
  const from6 = startOf(x, min(p + 6, last), width, rowStep, pixelStep);
  const from7 = startOf(x, min(p + 7, last), width, rowStep, pixelStep);
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
 * y [filters][pixels] = bias + filters · what they see of x, between low and high. Blocks of `blockPixels` (a multiple of 8)
 * pixels and `chunk` taps are packed into `panels`, so that these stay in the cache while all filters pass over them.
 */
export function convolve(
  x: usize,
  offsets: usize,
  k: i32,
  pixels: i32,
  width: i32,
  rowStep: i32,
  pixelStep: i32,
  filters: i32,
  weights: usize,
  bias: usize,
  y: usize,
  low: f32,
  high: f32,
  blockPixels: i32,
  chunk: i32,
  panels: usize,
  scratch: usize,
): void {
  const yStep = <usize>pixels << 2;
  for (let first = 0; first < pixels; first += blockPixels) {
    const count = min(blockPixels, pixels - first);
    for (let from = 0; from < k; from += chunk) {
      const taps = min(chunk, k - from);
      const panelStep = (<usize>taps * WIDE) << 2;
      let panel = panels;
      for (let p = 0; p < count; p += WIDE) {
        pack(x, offsets + (<usize>from << 2), taps, first + p, pixels - 1, width, rowStep, pixelStep, panel);
        panel += panelStep;
      }
      const ends = from + taps == k;
      product(
        filters,
        count,
        taps,
        from,
        k,
        weights,
        panels,
        WIDE << 2,
        panelStep,
        y + (<usize>first << 2),
        yStep,
        bias,
        from > 0,
        ends ? low : -Infinity,
        ends ? high : Infinity,
        scratch,
      );
    }
  }
}

/** x [planes][h][w] in the middle of planes of zeros, [planes][tall][wide], `top` and `left` from their corner. */
export function pad(x: usize, planes: i32, h: i32, w: i32, y: usize, tall: i32, wide: i32, top: i32, left: i32): void {
  memory.fill(y, 0, (<usize>planes * tall * wide) << 2);
  for (let plane = 0; plane < planes; plane++) {
    let to = y + ((<usize>((plane * tall + top) * wide + left)) << 2);
    for (let row = 0; row < h; row++) {
      memory.copy(to, x, <usize>w << 2);
      x += <usize>w << 2;
      to += <usize>wide << 2;
    }
  }
}
