// AssemblyScript. What the gradients of a convolution need besides products: sums of what windows overlap in, and panels that
// lie the other way.
import { firstOf } from './border';

/** The first halves of two vectors in turn. */
@inline
function upper(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

@inline
function lower(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

/** Adds numbers one after the other to every `step`-th. */
function addRow(from: usize, to: usize, step: usize, count: i32): void {
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4;
    to += step;
  }
}

/** Adds those of two rows in turn. Gives how many of each it took: all but the last few. */
function addPairs(even: usize, odd: usize, to: usize, count: i32): i32 {
  let taken = 0;
  for (; taken + 4 <= count; taken += 4) {
    const evens = v128.load(even);
    const odds = v128.load(odd);
    v128.store(to, f32x4.add(v128.load(to), upper(evens, odds)));
    v128.store(to, f32x4.add(v128.load(to, 16), lower(evens, odds)), 16);
    even += 16;
    odd += 16;
    to += 32;
  }
  return taken;
}

/** The same of four rows, `step` apart. */
function addFours(from: usize, step: usize, to: usize, count: i32): i32 {
  let taken = 0;
  for (; taken + 4 <= count; taken += 4) {
    const a = v128.load(from);
    const b = v128.load(from + step);
    const c = v128.load(from + step * 2);
    const d = v128.load(from + step * 3);
    const firstA = upper(a, c);
    const firstB = upper(b, d);
    const lastA = lower(a, c);
    const lastB = lower(b, d);
    v128.store(to, f32x4.add(v128.load(to), upper(firstA, firstB)));
    v128.store(to, f32x4.add(v128.load(to, 16), lower(firstA, firstB)), 16);
    v128.store(to, f32x4.add(v128.load(to, 32), upper(lastA, lastB)), 32);
    v128.store(to, f32x4.add(v128.load(to, 48), lower(lastA, lastB)), 48);
    from += 16;
    to += 64;
  }
  return taken;
}

/** The columns first … end of a row of products, to the row of pixels `line`: column j goes to pixel j·stride − ahead. */
@inline
function addColumns(from: usize, line: usize, first: i32, end: i32, stride: i32, ahead: i32): void {
  addRow(from + (<usize>first << 2), line + (<usize>(first * stride - ahead) << 2), <usize>stride << 2, end - first);
}

/** One row of the products of some taps side by side, to a row of w pixels; column j of tap t goes to j·stride − ahead + t. */
function scatterRow(
  from: usize,
  step: usize,
  taps: i32,
  q: i32,
  stride: i32,
  ahead: i32,
  line: usize,
  w: i32,
): void {
  let begin = 0;
  let end = 0;
  if (taps > 1) {
    begin = firstOf(ahead, stride);
    end = min(q, firstOf(w + ahead - taps + 1, stride));
    const shift = <usize>begin << 2;
    const to = line + (<usize>(begin * stride - ahead) << 2);
    const inside = end - begin;
    const taken =
      taps == 2 ? addPairs(from + shift, from + step + shift, to, inside) : addFours(from + shift, step, to, inside);
    end = begin + taken;
  }
  for (let tap = 0; tap < taps; tap++) {
    const first = firstOf(ahead - tap, stride);
    const last = min(q, firstOf(w + ahead - tap, stride));
    if (begin < end) {
      addColumns(from, line, first, begin, stride, ahead - tap);
      addColumns(from, line, end, last, stride, ahead - tap);
    } else addColumns(from, line, first, last, stride, ahead - tap);
    from += step;
  }
}

/**
 * Adds products [channels][kernelH·kernelW][rows][q], whose rows of one tap are `step` from those of the next, to the pixels
 * of y [channels][h][w] that their taps lie on: (row + i)·strideH − top + r·dilationH and j·strideW − left + s·dilationW.
 */
export function scatter(
  products: usize,
  step: usize,
  channels: i32,
  kernelH: i32,
  kernelW: i32,
  row: i32,
  rows: i32,
  q: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
  y: usize,
  h: i32,
  w: i32,
): void {
  // Taps that together fill a stretch of pixels are added together, where all of them lie inside.
  const together = dilationW == 1 && (strideW == 2 || strideW == 4) ? strideW : 1;
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < kernelH; r++) {
      for (let s = 0; s < kernelW; ) {
        const taps = s + together <= kernelW ? together : 1;
        const ahead = left - s * dilationW;
        for (let i = 0; i < rows; i++) {
          const at = (row + i) * strideH - top + r * dilationH;
          if (at < 0 || at >= h) continue;
          scatterRow(products + (<usize>(i * q) << 2), step, taps, q, strideW, ahead, y + (<usize>(at * w) << 2), w);
        }
        products += step * taps;
        s += taps;
      }
    }
    y += (<usize>h * w) << 2;
  }
}

/** Four numbers of four rows, transposed, to four places that are 32 bytes apart. */
@inline
function transpose(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  const first = upper(a, c);
  const second = upper(b, d);
  const third = lower(a, c);
  const fourth = lower(b, d);
  v128.store(to, upper(first, second));
  v128.store(to, lower(first, second), 32);
  v128.store(to, upper(third, fourth), 64);
  v128.store(to, lower(third, fourth), 96);
}

/** What four taps read of pixels in a row, [pixel][8]: half of a panel. */
function packFourTaps(from: usize, offsets: usize, count: i32, panel: usize): void {
  let a = from + <usize>load<i32>(offsets);
  let b = from + <usize>load<i32>(offsets, 4);
  let c = from + <usize>load<i32>(offsets, 8);
  let d = from + <usize>load<i32>(offsets, 12);
  for (; count >= 4; count -= 4) {
    transpose(v128.load(a), v128.load(b), v128.load(c), v128.load(d), panel);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    panel += 128;
  }
  for (; count > 0; count--) {
    store<f32>(panel, load<f32>(a));
    store<f32>(panel, load<f32>(b), 4);
    store<f32>(panel, load<f32>(c), 8);
    store<f32>(panel, load<f32>(d), 12);
    a += 4;
    b += 4;
    c += 4;
    d += 4;
    panel += 32;
  }
}

/**
 * Panels [count][8] of what `taps` taps, a multiple of eight, read of pixels p … p + count; panels are `panelStep` apart, and
 * the rest is as in packPixels.
 */
export function packTaps(
  x: usize,
  offsets: usize,
  taps: i32,
  p: i32,
  count: i32,
  width: i32,
  rowStep: i32,
  panels: usize,
  panelStep: usize,
): void {
  const end = p + count;
  while (p < end) {
    const row = p / width;
    const column = p - row * width;
    const run = min(width - column, end - p);
    const from = x + <usize>(row * rowStep) + (<usize>column << 2);
    let panel = panels;
    for (let tap = 0; tap < taps; tap += 8) {
      packFourTaps(from, offsets + (<usize>tap << 2), run, panel);
      packFourTaps(from, offsets + (<usize>tap << 2) + 16, run, panel + 16);
      panel += panelStep;
    }
    panels += <usize>run << 5;
    p += run;
  }
}
