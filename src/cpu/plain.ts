import type { Arena } from './arena.ts';
import type { ConvolutionKernels } from './convolution-kernels.ts';

/** Pixels of a panel. */
const WIDE = 8;

/** Sums of a tile: four rows of two, in double precision. */
const tile = new Float64Array(8);

const clamped = (number: number, low: number, high: number): number =>
  number < low ? low : number > high ? high : number;

/** A view of all of a memory, made anew once it has grown. */
function viewOf<A extends Float32Array | Int32Array>(memory: Arena, type: new (buffer: ArrayBuffer) => A): () => A {
  let view: A | undefined;
  return () => (view?.buffer === memory.memory.buffer ? view : (view = new type(memory.memory.buffer)));
}

/** Adds four rows times two columns of k products to the tile. Indices and steps are numbers. */
function multiplyFour(numbers: Float32Array, k: number, a: number, b: number, bStep: number): void {
  let s00 = tile[0]!;
  let s01 = tile[1]!;
  let s10 = tile[2]!;
  let s11 = tile[3]!;
  let s20 = tile[4]!;
  let s21 = tile[5]!;
  let s30 = tile[6]!;
  let s31 = tile[7]!;
  for (const end = a + 4 * k; a < end; a += 4, b += bStep) {
    const b0 = numbers[b]!;
    const b1 = numbers[b + 1]!;
    const a0 = numbers[a]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    const a1 = numbers[a + 1]!;
    s10 += a1 * b0;
    s11 += a1 * b1;
    const a2 = numbers[a + 2]!;
    s20 += a2 * b0;
    s21 += a2 * b1;
    const a3 = numbers[a + 3]!;
    s30 += a3 * b0;
    s31 += a3 * b1;
  }
  tile[0] = s00;
  tile[1] = s01;
  tile[2] = s10;
  tile[3] = s11;
  tile[4] = s20;
  tile[5] = s21;
  tile[6] = s30;
  tile[7] = s31;
}

/** The same of one row. */
function multiplyOne(numbers: Float32Array, k: number, a: number, b: number, bStep: number): void {
  let s0 = tile[0]!;
  let s1 = tile[1]!;
  for (const end = a + k; a < end; a++, b += bStep) {
    const factor = numbers[a]!;
    s0 += factor * numbers[b]!;
    s1 += factor * numbers[b + 1]!;
  }
  tile[0] = s0;
  tile[1] = s1;
}

/** The place of an address among the numbers: a small integer, which engines keep apart from fractions. */
const placeOf = (address: number): number => address >>> 2;

/**
 * Kernels without WebAssembly: loops over the numbers in the memory, each of which does what its namesake in kernels/ does.
 */
export function plainKernels(memory: Arena): ConvolutionKernels {
  const floats = viewOf(memory, Float32Array);
  const integers = viewOf(memory, Int32Array);
  const rowsOf = (left: number): number => (left >= 4 ? 4 : 1);

  const border: ConvolutionKernels['border'] = (x, planes, h, w, y, tall, wide, ...geometry) => {
    const [top, left, strideH, strideW, phasesH, phasesW] = geometry;
    const numbers = floats();
    let to = placeOf(y);
    for (let plane = 0; plane < planes * phasesH * phasesW; plane++) {
      const phase = plane % (phasesH * phasesW);
      const from = placeOf(x) + Math.floor(plane / (phasesH * phasesW)) * h * w;
      const down = Math.floor(phase / phasesW) - top;
      const right = (phase % phasesW) - left;
      const first = Math.min(wide, Math.max(0, Math.ceil(-right / strideW)));
      const end = Math.max(first, Math.min(wide, Math.ceil((w - right) / strideW)));
      numbers.fill(0, to, to + tall * wide);
      for (let i = 0; i < tall; i++, to += wide) {
        const row = i * strideH + down;
        if (row < 0 || row >= h) continue;
        const line = from + row * w + right;
        for (let j = first; j < end; j++) numbers[to + j] = numbers[line + j * strideW]!;
      }
    }
    return 0;
  };

  const spread = (
    x: number,
    h: number,
    w: number,
    y: number,
    tall: number,
    wide: number,
    ...places: number[]
  ): void => {
    const [top, left, strideH, strideW] = places as [number, number, number, number];
    const numbers = floats();
    numbers.fill(0, placeOf(y), placeOf(y) + tall * wide);
    for (let i = 0; i < h * w; i++) {
      const row = Math.floor(i / w) * strideH + top;
      const column = (i % w) * strideW + left;
      if (row < 0 || row >= tall || column < 0 || column >= wide) continue;
      numbers[placeOf(y) + row * wide + column] = numbers[placeOf(x) + i]!;
    }
  };

  return {
    rowsOf,
    border,

    product: (m, n, k, kFrom, kAll, a, b, bStep, panelStep, y, yStep, bias, adds, low, high) => {
      const numbers = floats();
      const [wide, apart, line] = [placeOf(bStep), placeOf(panelStep), placeOf(yStep)];
      let block = placeOf(a);
      for (let row = 0, rows; row < m; row += rows) {
        rows = rowsOf(m - row);
        const multiply = rows === 4 ? multiplyFour : multiplyOne;
        for (let column = 0; column < n; column += 2) {
          const to = placeOf(y) + row * line + column;
          const both = column + 1 < n;
          for (let i = 0; i < rows; i++) {
            const [start, next] = adds ? [to + i * line, 1] : [placeOf(bias) + row + i, 0];
            tile[2 * i] = numbers[start]!;
            tile[2 * i + 1] = both ? numbers[start + next]! : 0;
          }
          const panel = placeOf(b) + (column >>> 3) * apart + (column & 7);
          multiply(numbers, k, block + kFrom * rows, panel, wide);
          for (let i = 0; i < rows; i++) {
            numbers[to + i * line] = clamped(tile[2 * i]!, low, high);
            if (both) numbers[to + i * line + 1] = clamped(tile[2 * i + 1]!, low, high);
          }
        }
        block += kAll * rows;
      }
    },

    packPixels: (x, offsets, k, p, count, width, rowStep, panels) => {
      const numbers = floats();
      const taps = integers().subarray(placeOf(offsets), placeOf(offsets) + k);
      for (let i = 0; i < count; i++) {
        const row = Math.floor((p + i) / width);
        const from = placeOf(x) + row * placeOf(rowStep) + (p + i - row * width);
        let to = placeOf(panels) + (i >>> 3) * k * WIDE + (i & 7);
        for (let tap = 0; tap < k; tap++, to += WIDE) numbers[to] = numbers[from + placeOf(taps[tap]!)]!;
      }
    },

    finish: (y, rows, columns, step, operand, masks, above, below, low, high) => {
      const numbers = floats();
      for (let row = 0; row < rows; row++) {
        const to = placeOf(y + row * step);
        const from = placeOf(operand + row * step);
        for (let i = 0; i < columns; i++) {
          const result = numbers[to + i]!;
          const other = operand ? numbers[from + i]! : 0;
          const passed = masks ? (other > above && other < below ? result : 0) : result + other;
          numbers[to + i] = clamped(passed, low, high);
        }
      }
    },

    depthwise: (x, channels, filters, h, w, tall, wide, ...rest) => {
      const [
        top,
        left,
        strideH,
        strideW,
        phasesH,
        phasesW,
        spreads,
        offsets,
        taps,
        weights,
        bias,
        y,
        p,
        q,
        low,
        high,
        plane,
      ] = rest;
      const numbers = floats();
      const steps = integers()
        .slice(placeOf(offsets), placeOf(offsets) + taps)
        .map(placeOf);
      let to = placeOf(y);
      for (let filter = 0; filter < channels * filters; filter++) {
        if (filter % filters === 0) {
          const from = x + 4 * Math.floor(filter / filters) * h * w;
          if (spreads) spread(from, h, w, plane, tall, wide, top, left, strideH, strideW);
          else border(from, 1, h, w, plane, tall, wide, top, left, strideH, strideW, phasesH, phasesW);
        }
        const first = placeOf(weights) + filter * taps;
        const factors = numbers.subarray(first, first + taps);
        const start = numbers[placeOf(bias) + filter]!;
        for (let i = 0; i < p; i++, to += q) {
          for (let j = 0; j < q; j += 4) {
            let [s0, s1, s2, s3] = [start, start, start, start];
            const from = placeOf(plane) + i * wide + j;
            for (let tap = 0; tap < taps; tap++) {
              const factor = factors[tap]!;
              const at = from + steps[tap]!;
              s0 += factor * numbers[at]!;
              s1 += factor * numbers[at + 1]!;
              s2 += factor * numbers[at + 2]!;
              s3 += factor * numbers[at + 3]!;
            }
            numbers[to + j] = clamped(s0, low, high);
            if (j + 1 < q) numbers[to + j + 1] = clamped(s1, low, high);
            if (j + 2 < q) numbers[to + j + 2] = clamped(s2, low, high);
            if (j + 3 < q) numbers[to + j + 3] = clamped(s3, low, high);
          }
        }
      }
    },

    scatter: (products, step, channels, kernelH, kernelW, row, rows, q, ...rest) => {
      const [strideH, strideW, dilationH, dilationW, top, left, y, h, w] = rest;
      const numbers = floats();
      for (let tap = 0; tap < channels * kernelH * kernelW; tap++) {
        const channel = Math.floor(tap / (kernelH * kernelW));
        const right = (tap % kernelW) * dilationW - left;
        const down = (Math.floor(tap / kernelW) % kernelH) * dilationH - top;
        const first = Math.max(0, Math.ceil(-right / strideW));
        const end = Math.min(q, Math.ceil((w - right) / strideW));
        for (let i = 0; i < rows; i++) {
          const at = (row + i) * strideH + down;
          if (at < 0 || at >= h) continue;
          const to = placeOf(y) + (channel * h + at) * w + right;
          const from = placeOf(products) + tap * placeOf(step) + i * q;
          for (let j = first; j < end; j++) numbers[to + j * strideW]! += numbers[from + j]!;
        }
      }
    },

    packBlocks: (from, groups, groupStep, rows, rowStep, height, ...rest) => {
      const [channels, channelStep, tall, tallStep, wide, wideStep, factor, to] = rest;
      const numbers = floats();
      let put = placeOf(to);
      for (let group = 0; group < groups; group++) {
        for (let row = 0, block; row < rows; row += block) {
          block = height || rowsOf(rows - row);
          for (let column = 0; column < channels * tall * wide; column++) {
            const line = Math.floor(column / wide);
            const tap = (line % tall) * tallStep + (column % wide) * wideStep;
            const at = from + group * groupStep + row * rowStep + Math.floor(line / tall) * channelStep + tap;
            for (let i = 0; i < block; i++)
              numbers[put++] = row + i < rows ? factor * numbers[placeOf(at + i * rowStep)]! : 0;
          }
        }
      }
    },

    packTaps: (x, offsets, taps, p, count, width, rowStep, panels, panelStep) => {
      const numbers = floats();
      const steps = integers();
      for (let tap = 0; tap < taps; tap++) {
        const from = placeOf(x) + placeOf(steps[placeOf(offsets) + tap]!);
        let to = placeOf(panels) + (tap >>> 3) * placeOf(panelStep) + (tap & 7);
        let row = Math.floor(p / width);
        let column = p - row * width;
        for (let i = 0; i < count; i++, to += WIDE) {
          numbers[to] = numbers[from + row * placeOf(rowStep) + column]!;
          if (++column < width) continue;
          column = 0;
          row++;
        }
      }
    },
  };
}
