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

/** Kernels without WebAssembly: loops over the numbers in the memory, each of which does what its namesake in kernels/ does. */
export function plainKernels(memory: Arena): ConvolutionKernels {
  const floats = viewOf(memory, Float32Array);
  const integers = viewOf(memory, Int32Array);
  const rowsOf = (left: number): number => (left >= 4 ? 4 : 1);

  const border: ConvolutionKernels['border'] = (
    x,
    planes,
    h,
    w,
    y,
    tall,
    wide,
    top,
    left,
    strideH,
    strideW,
    phasesH,
    phasesW,
  ) => {
    const numbers = floats();
    let to = y / 4;
    for (let plane = 0; plane < planes * phasesH * phasesW; plane++) {
      const phase = plane % (phasesH * phasesW);
      const from = x / 4 + Math.floor(plane / (phasesH * phasesW)) * h * w;
      const [down, right] = [Math.floor(phase / phasesW) - top, (phase % phasesW) - left];
      for (let i = 0; i < tall; i++) {
        const row = i * strideH + down;
        const inside = row >= 0 && row < h;
        for (let j = 0; j < wide; j++) {
          const column = j * strideW + right;
          numbers[to++] = inside && column >= 0 && column < w ? numbers[from + row * w + column]! : 0;
        }
      }
    }
    return 0;
  };

  return {
    rowsOf,
    border,

    product: (m, n, k, kFrom, kAll, a, b, bStep, panelStep, y, yStep, bias, adds, low, high) => {
      const numbers = floats();
      let block = a / 4;
      for (let row = 0, rows; row < m; row += rows) {
        rows = rowsOf(m - row);
        const multiply = rows === 4 ? multiplyFour : multiplyOne;
        for (let column = 0; column < n; column += 2) {
          const to = (y + row * yStep) / 4 + column;
          const columns = Math.min(2, n - column);
          for (let i = 0; i < 2 * rows; i++) {
            const place = to + ((i >> 1) * yStep) / 4 + (i & 1);
            tile[i] = (i & 1) >= columns ? 0 : numbers[adds ? place : bias / 4 + row + (i >> 1)]!;
          }
          const panel = b / 4 + (Math.floor(column / WIDE) * panelStep) / 4 + (column % WIDE);
          multiply(numbers, k, block + kFrom * rows, panel, bStep / 4);
          for (let i = 0; i < 2 * rows; i++) {
            if ((i & 1) < columns) numbers[to + ((i >> 1) * yStep) / 4 + (i & 1)] = clamped(tile[i]!, low, high);
          }
        }
        block += kAll * rows;
      }
    },

    packPixels: (x, offsets, k, p, count, width, rowStep, panels) => {
      const [numbers, taps] = [floats(), integers()];
      for (let i = 0; i < count; i++) {
        const row = Math.floor((p + i) / width);
        const from = x / 4 + (row * rowStep) / 4 + (p + i - row * width);
        let to = panels / 4 + Math.floor(i / WIDE) * k * WIDE + (i % WIDE);
        for (let tap = 0; tap < k; tap++, to += WIDE) numbers[to] = numbers[from + taps[offsets / 4 + tap]! / 4]!;
      }
    },

    finish: (y, rows, columns, step, operand, masks, above, below, low, high) => {
      const numbers = floats();
      for (let row = 0; row < rows; row++) {
        const to = (y + row * step) / 4;
        const from = (operand + row * step) / 4;
        for (let i = 0; i < columns; i++) {
          const other = operand ? numbers[from + i]! : 0;
          const passed = masks ? (other > above && other < below ? numbers[to + i]! : 0) : numbers[to + i]! + other;
          numbers[to + i] = clamped(passed, low, high);
        }
      }
    },

    depthwise: (x, channels, filters, h, w, tall, wide, ...rest) => {
      const [top, left, strideH, strideW, phasesH, phasesW, offsets, taps, weights, bias, y, p, q, low, high, plane] =
        rest;
      const [numbers, steps] = [floats(), integers()];
      let to = y / 4;
      for (let filter = 0; filter < channels * filters; filter++) {
        const channel = Math.floor(filter / filters);
        if (filter % filters === 0) {
          const from = x + 4 * channel * h * w;
          border(from, 1, h, w, plane, tall, wide, top, left, strideH, strideW, phasesH, phasesW);
        }
        for (let i = 0; i < p; i++) {
          for (let j = 0; j < q; j++) {
            const from = plane / 4 + i * wide + j;
            let sum = numbers[bias / 4 + filter]!;
            for (let tap = 0; tap < taps; tap++) {
              sum += numbers[weights / 4 + filter * taps + tap]! * numbers[from + steps[offsets / 4 + tap]! / 4]!;
            }
            numbers[to++] = clamped(sum, low, high);
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
        for (let i = 0; i < rows; i++) {
          const at = (row + i) * strideH + down;
          if (at < 0 || at >= h) continue;
          const to = y / 4 + (channel * h + at) * w;
          const from = (products + tap * step) / 4 + i * q;
          for (let j = 0; j < q; j++) {
            const column = j * strideW + right;
            if (column >= 0 && column < w) numbers[to + column]! += numbers[from + j]!;
          }
        }
      }
    },

    packRows: (from, rows, step, count, to) => {
      const numbers = floats();
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < count; i++) numbers[to / 4 + i * rows + row] = numbers[(from + row * step) / 4 + i]!;
      }
    },

    packTaps: (x, offsets, taps, p, count, width, rowStep, panels, panelStep) => {
      const [numbers, steps] = [floats(), integers()];
      for (let tap = 0; tap < taps; tap++) {
        const from = x / 4 + steps[offsets / 4 + tap]! / 4;
        let to = panels / 4 + (Math.floor(tap / WIDE) * panelStep) / 4 + (tap % WIDE);
        for (let i = p; i < p + count; i++, to += WIDE) {
          const row = Math.floor(i / width);
          numbers[to] = numbers[from + (row * rowStep) / 4 + (i - row * width)]!;
        }
      }
    },
  };
}
