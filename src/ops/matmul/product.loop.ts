import type { Kernels } from '../../cpu/kernels.ts';
import { BYTES, inParts, type Numbers } from '../internal/loops.ts';
import type { Addresses, Lowered, Machine, Packing } from '../loop.ts';

type Strides = readonly [rows: number, columns: number];

/** A matrix operand: which input it is, how long that is, and how far apart rows and columns of its part in a product are. */
export interface MatrixOperand {
  readonly input: number;
  readonly size: number;
  readonly strides: Strides;
  /** Where the matrix of each product of a batch begins. */
  readonly starts: readonly number[];
}

/** y [m, n] = what stands there + alpha · a [m, k] · b [k, n] between low and high, once for each of a batch. */
export interface MatrixProduct {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: MatrixOperand;
  readonly b: MatrixOperand;
  readonly alpha: number;
  readonly low: number;
  readonly high: number;
  /** Writes what the product is added to. */
  prefill(y: Numbers, at: Addresses): void;
  /** b holds float16 numbers, two in each element. */
  readonly halves?: boolean;
}

/** With more rows than these, tiles are faster than rows of b one by one; both add in the same order. */
const FEW_ROWS = 3;
/** Taps of a chunk: rows of b stay in the second cache while tiles pass over them. */
const CHUNK = 256;
/** A tile of the micro-kernel. */
const TILE_BYTES = BYTES * 6 * 8;
/** Columns of a panel. */
const WIDE = 8;

/**
 * A product in one of two ways: rows against rows where both lie along k, as weights do in files, and otherwise sums of rows of
 * b. Which one depends on how the matrices lie, not on m: an image alone gives the same bits as in a batch.
 */
export function matrixProduct(product: MatrixProduct, machine: Machine): Lowered {
  const { m, n, k, a, b } = product;
  const { kernels } = machine;
  if (!kernels) return inPlainLoops(product, machine);
  if (a.strides[1] === 1 && b.strides[0] === 1 && m * n * k > 0) return ofRows(product, kernels);
  return ofTiles(product, kernels);
}

function ofRows(product: MatrixProduct, kernels: Kernels): Lowered {
  const { m, n, k, a, b, alpha, low, high, prefill, halves = false } = product;
  // Four rows of b at once; the last of a batch may be fewer.
  const fours = Math.ceil(n / 4);
  const bStep = BYTES * b.strides[1];
  return inParts(fours * a.starts.length, (a.starts.length * m * n * k) / 4, (at) => (from, to) => {
    const { inputs, outputs } = at;
    if (from === 0) prefill(kernels.arena.floats(outputs[0]!, a.starts.length * m * n), at);
    for (let unit = from; unit < to;) {
      const pair = Math.floor(unit / fours);
      const first = unit % fours;
      const count = Math.min(fours - first, to - unit);
      unit += count;
      kernels.run.dots(
        halves,
        m,
        Math.min(4 * count, n - 4 * first),
        k,
        inputs[a.input]! + BYTES * a.starts[pair]!,
        inputs[b.input]! + BYTES * b.starts[pair]! + 4 * first * bStep,
        bStep,
        outputs[0]! + BYTES * (pair * m * n + 4 * first),
        BYTES * n,
        alpha,
        low,
        high,
      );
    }
  });
}

/** b turned so that its rows lie along n; undefined where they do. */
function turned({ n, k, b }: MatrixProduct): Packing | undefined {
  const [rowStep, columnStep] = b.strides;
  if (columnStep === 1) return undefined;
  return {
    input: b.input,
    order: `turned ${k} ${n}`,
    size: b.size,
    pack: (numbers, packed) => {
      for (let start = 0; start < b.size; start += k * n)
        for (let l = 0; l < k; l++)
          for (let j = 0; j < n; j++) packed[start + l * n + j] = numbers[start + l * rowStep + j * columnStep]!;
    },
  };
}

/** a in blocks of as many rows as the tiles take, [block][k][rows], multiplied by alpha. */
function blocked({ m, k, a, alpha }: MatrixProduct, rowsOf: (left: number) => number): Packing {
  const [rowStep, columnStep] = a.strides;
  return {
    input: a.input,
    order: `blocks ${m} ${k} ${rowStep} ${alpha}`,
    size: a.size,
    pack: (numbers, packed) => {
      let to = 0;
      for (let start = 0; start < a.size; start += m * k) {
        for (let row = 0; row < m;) {
          const rows = rowsOf(m - row);
          for (let l = 0; l < k; l++)
            for (let i = 0; i < rows; i++)
              packed[to++] = alpha * numbers[start + (row + i) * rowStep + l * columnStep]!;
          row += rows;
        }
      }
    },
  };
}

function ofTiles(product: MatrixProduct, kernels: Kernels): Lowered {
  const { m, n, k, a, b, low, high, prefill } = product;
  const { run, arena } = kernels;
  const turn = turned(product);
  // Of few rows the order of a is one row after the other: a block of one.
  const few = m <= FEW_ROWS;
  const blocks = blocked(product, few ? () => 1 : run.rowsOf);
  const panels = Math.ceil(n / WIDE);
  const batch = a.starts.length;
  const bStep = BYTES * n;
  const bounded = low > -Infinity || high < Infinity;
  return inParts(
    panels * batch,
    (batch * m * n * k) / 8,
    (at) => (from, to) => {
      const { inputs, outputs, packed, scratch } = at;
      if (from === 0) prefill(arena.floats(outputs[0]!, batch * m * n), at);
      const bAt = turn ? packed[1]! : inputs[b.input]!;
      for (let unit = from; unit < to;) {
        const pair = Math.floor(unit / panels);
        const first = unit % panels;
        const count = Math.min(panels - first, to - unit);
        unit += count;
        const columns = Math.min(WIDE * count, n - WIDE * first);
        const left = packed[0]! + BYTES * a.starts[pair]!;
        const right = bAt + BYTES * (b.starts[pair]! + WIDE * first);
        const y = outputs[0]! + BYTES * (pair * m * n + WIDE * first);
        if (few) {
          for (let i = 0; i < m; i++) {
            run.addRows(k, columns, left + BYTES * i * k, BYTES, right, bStep, y + i * bStep);
            if (bounded) run.ofOne(0, y + i * bStep, y + i * bStep, columns, low, high);
          }
          continue;
        }
        for (let tap = 0; tap < k; tap += CHUNK) {
          const taps = Math.min(CHUNK, k - tap);
          const ends = tap + taps === k;
          const [least, most] = ends ? [low, high] : [-Infinity, Infinity];
          const rows = right + tap * bStep;
          run.product(m, columns, taps, tap, k, left, rows, bStep, BYTES * WIDE, y, bStep, 0, true, least, most, scratch);
        }
      }
    },
    { packings: turn ? [blocks, turn] : [blocks], scratch: TILE_BYTES },
  );
}

function inPlainLoops({ m, n, k, a, b, alpha, low, high, prefill }: MatrixProduct, { memory }: Machine): Lowered {
  const batch = a.starts.length;
  return inParts(batch * m, batch * m * n * k, (at) => (from, to) => {
    const { inputs, outputs } = at;
    const y = memory.floats(outputs[0]!, batch * m * n);
    if (from === 0) prefill(y, at);
    const left = memory.floats(inputs[a.input]!, a.size);
    const right = memory.floats(inputs[b.input]!, b.size);
    for (let row = from; row < to; row++) {
      const pair = Math.floor(row / m);
      const first = a.starts[pair]! + (row % m) * a.strides[0];
      for (let j = 0; j < n; j++) {
        const column = b.starts[pair]! + j * b.strides[1];
        let sum = 0;
        for (let l = 0; l < k; l++) sum += left[first + l * a.strides[1]]! * right[column + l * b.strides[0]]!;
        y[row * n + j] = Math.min(Math.max(y[row * n + j]! + alpha * sum, low), high);
      }
    }
  });
}
