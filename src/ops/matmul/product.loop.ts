import { inBlocks, type Matrices } from '../../cpu/filters.ts';
import type { Kernels } from '../../cpu/kernels.ts';
import { OF_ONE, OF_TWO } from '../internal/kernel-functions.ts';
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
/**
 * Taps of a chunk: a panel of it stays in the first cache while tiles pass over it, and the rounding errors of one long sum would
 * be larger.
 */
const CHUNK = 600;
const CLIP = OF_ONE.indexOf('clip');
const ADDITION = OF_TWO.indexOf('add');
/** Kernels step over so many bytes at once. */
const VECTOR = 16;
/** A tile of the micro-kernel. */
const TILE_BYTES = BYTES * 6 * 8;
/** Panels that stay in the second cache while all rows pass over them. */
const PANELS = 10;
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
  return inOrder(product, kernels);
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

/** The matrices of an operand, whose `rows` stand where those of filters do. */
function packed(
  { run }: Kernels,
  { input, size, strides: [rowStep, columnStep] }: MatrixOperand,
  [rows, columns]: readonly [rows: number, columns: number],
  how: Parameters<typeof inBlocks>[2],
): Packing {
  const matrices: Matrices = {
    start: 0,
    groups: [rows * columns && size / (rows * columns), rows * columns],
    rows: [rows, rowStep],
    columns: [
      [1, 0],
      [1, 0],
      [columns, columnStep],
    ],
  };
  return { input, ...inBlocks(run, matrices, how) };
}

/** b [k, n] so that its rows lie along n; or in panels [panel][k][8]: rows of b lie too far apart for the cache. */
function columnsOf(kernels: Kernels, { n, k, b }: MatrixProduct, height: number): Packing {
  const [rowStep, columnStep] = b.strides;
  return packed(kernels, { ...b, strides: [columnStep, rowStep] }, [n, k], { height });
}

/** Rows of b, or panels, in the order of k: both give the same bits. */
function inOrder(product: MatrixProduct, kernels: Kernels): Lowered {
  const { m, n, k, a, b, alpha, prefill } = product;
  // Of few rows the order of a is one row after the other: blocks of one.
  const few = m <= FEW_ROWS;
  const blocks = packed(kernels, a, [m, k], { height: few ? 1 : 0, factor: alpha });
  const isTurned = b.strides[1] !== 1;
  const packings = few && !isTurned ? [blocks] : [blocks, columnsOf(kernels, product, few ? n : WIDE)];
  const panels = Math.ceil(n / WIDE);
  const batch = a.starts.length;
  const scratch = TILE_BYTES + BYTES * (few ? n : m * (1 + PANELS * WIDE));
  return inParts(
    panels * batch,
    (batch * m * n * k) / 8,
    (at) => (from, to) => {
      const [left, right] = [at.packed[0]!, at.packed[1] ?? at.inputs[b.input]!];
      const y = at.outputs[0]!;
      if (from === 0) prefill(kernels.arena.floats(y, batch * m * n), at);
      for (let unit = from; unit < to;) {
        const pair = Math.floor(unit / panels);
        const first = unit % panels;
        const count = Math.min(panels - first, to - unit, few ? panels : PANELS);
        unit += count;
        const columns = Math.min(WIDE * count, n - WIDE * first);
        const aAt = left + BYTES * a.starts[pair]!;
        const yAt = y + BYTES * (pair * m * n + WIDE * first);
        if (few)
          addRows(product, kernels, columns, aAt, right + BYTES * (b.starts[pair]! + WIDE * first), yAt, at.scratch);
        else {
          const panel = (b.starts[pair]! / n) * panels + first * k;
          multiplyPanels(product, kernels, columns, aAt, right + BYTES * WIDE * panel, yAt, at.scratch);
        }
      }
    },
    { packings, scratch },
  );
}

/** Some columns of a product with few rows, row by row: the sums of each chunk, then their sum. */
function addRows(
  { m, n, k, low, high }: MatrixProduct,
  { run, arena }: Kernels,
  columns: number,
  a: number,
  b: number,
  y: number,
  sums: number,
): void {
  for (let i = 0; i < m; i++) {
    const row = y + BYTES * i * n;
    for (let tap = 0; tap < k; tap += CHUNK) {
      arena.floats(sums, columns).fill(0);
      const from = a + BYTES * (i * k + tap);
      run.addRows(Math.min(CHUNK, k - tap), columns, from, BYTES, b + BYTES * tap * n, BYTES * n, sums);
      run.ofTwo(ADDITION, row, VECTOR, sums, VECTOR, row, columns);
    }
    if (low > -Infinity || high < Infinity) run.ofOne(CLIP, row, row, columns, low, high);
  }
}

/** Some columns of a product by tiles: the sums of each chunk, then their sum. */
function multiplyPanels(
  { m, n, k, low, high }: MatrixProduct,
  { run, arena }: Kernels,
  columns: number,
  a: number,
  b: number,
  y: number,
  scratch: number,
): void {
  const step = BYTES * WIDE;
  const zeros = scratch + TILE_BYTES;
  const sums = zeros + BYTES * m;
  const row = BYTES * columns;
  arena.floats(zeros, m).fill(0);
  for (let tap = 0; tap < k; tap += CHUNK) {
    const taps = Math.min(CHUNK, k - tap);
    const rows = b + tap * step;
    run.product(
      m,
      columns,
      taps,
      tap,
      k,
      a,
      rows,
      step,
      k * step,
      sums,
      row,
      zeros,
      false,
      -Infinity,
      Infinity,
      scratch,
    );
    for (let i = 0; i < m; i++) {
      const to = y + BYTES * i * n;
      run.ofTwo(ADDITION, to, VECTOR, sums + i * row, VECTOR, to, columns);
      if (tap + taps === k && (low > -Infinity || high < Infinity)) run.ofOne(CLIP, to, to, columns, low, high);
    }
  }
}

function inPlainLoops({ m, n, k, a, b, alpha, low, high, prefill }: MatrixProduct, { memory }: Machine): Lowered {
  const batch = a.starts.length;
  return inParts(batch * m, batch * m * n * k, (at) => (from, to) => {
    const { inputs, outputs } = at;
    const y = memory.floats(outputs[0]!, batch * m * n);
    if (from === 0) prefill(y, at);
    const left = memory.floats(inputs[a.input]!, a.size);
    const right = memory.floats(inputs[b.input]!, b.size);
    const [aStep, bStep] = [a.strides[1], b.strides[0]];
    for (let row = from; row < to; row++) {
      const pair = Math.floor(row / m);
      for (let j = 0; j < n; j++) {
        let aAt = a.starts[pair]! + (row % m) * a.strides[0];
        let bAt = b.starts[pair]! + j * b.strides[1];
        let sum = 0;
        for (let l = 0; l < k; l++) {
          sum += left[aAt]! * right[bAt]!;
          aAt += aStep;
          bAt += bStep;
        }
        y[row * n + j] = Math.min(Math.max(y[row * n + j]! + alpha * sum, low), high);
      }
    }
  });
}
