import { inFloat64 } from '../internal/float64.loop.ts';
import type { Kernels } from '../../cpu/kernels.ts';
import { sizeOf, stridesOf } from '../../tensor/shape.ts';
import { OF_TWO } from '../internal/kernel-functions.ts';
import { BYTES, inParts, Runs } from '../internal/loops.ts';
import { collapse, type Walk } from '../internal/strided.ts';
import { reduce as reference } from './reduce.reference.ts';
import type { Loop } from '../loop.ts';
import { scaleOf, walks, type ReduceAttributes } from './reduce.ts';

type Mode = ReduceAttributes['mode'];

/** Of what lies in memory at these addresses. */
interface Reductions {
  /** Of n ≥ 1 numbers in a row. */
  ofRow(x: number, n: number): number;
  /** Of two numbers. */
  ofTwo(a: number, b: number): number;
  /** y = y and x, n of each. */
  ofRows(x: number, y: number, n: number): void;
}

/**
 * Rows that are added up themselves where the last axis goes, and rows that are added to each other where it stays.
 */
export const reduce: Loop<ReduceAttributes> = (context, machine) => {
  const { attributes, inputs, outputs } = context;
  const { shape } = inputs[0]!;
  const { axes, mode } = attributes;
  const [kept, reduced] = walks(shape, axes).map(collapse) as [Walk, Walk];
  const [size, results] = [sizeOf(shape), sizeOf(outputs[0]!.shape)];
  if (size === 0 || inputs[0]!.dtype !== 'float32') return inFloat64(reference, context, machine);
  const { memory, kernels } = machine;
  const { ofRow, ofTwo, ofRows } = kernels
    ? inKernels(mode, kernels)
    : inPlainLoops(mode, (at, n) => memory.floats(at, n));
  const scale = scaleOf(attributes, size / results);
  const [outer, terms] = [new Runs(kept), new Runs(reduced)];
  const operations = kernels ? size : 2 * size;
  const isRow = terms.units === 1 || reduced.shape.length === 1;

  if (reduced.strides[0]!.at(-1) === 1 || results === 1) {
    return inParts(outer.units, operations, ({ inputs: [xAt], outputs: [yAt] }) => (from, to) => {
      const y = memory.floats(yAt!, results);
      outer.each(from, to, ([start], count, before) => {
        for (let i = 0; i < count; i++) {
          const base = xAt! + BYTES * (start! + i * outer.steps[0]!);
          if (isRow) {
            y[before + i] = ofRow(base, terms.length) * scale;
            continue;
          }
          let so: number | undefined;
          terms.each(0, terms.units, ([at], length) => {
            const row = ofRow(base + BYTES * at!, length);
            so = so === undefined ? row : ofTwo(so, row);
          });
          y[before + i] = so! * scale;
        }
      });
    });
  }

  const offsets = Int32Array.from(placesOf(reduced));
  return inParts(outer.units, operations, ({ inputs: [xAt], outputs: [yAt] }) => (from, to) => {
    const y = memory.floats(yAt!, results);
    const x = memory.floats(xAt!, size);
    outer.each(from, to, ([start], count, before) => {
      y.set(x.subarray(start! + offsets[0]!, start! + offsets[0]! + count), before);
      for (let t = 1; t < offsets.length; t++)
        ofRows(xAt! + BYTES * (start! + offsets[t]!), yAt! + BYTES * before, count);
      if (scale !== 1) for (let i = before; i < before + count; i++) y[i]! *= scale;
    });
  });
};

/** Where a walk goes, place after place. */
function placesOf({ shape, strides: [steps] }: Walk): number[] {
  const dense = stridesOf(shape);
  return Array.from({ length: sizeOf(shape) }, (_, i) =>
    shape.reduce((at, n, axis) => at + (Math.floor(i / dense[axis]!) % n) * steps![axis]!, 0),
  );
}

function pairOf(mode: Mode): (a: number, b: number) => number {
  if (mode === 'max') return Math.max;
  return mode === 'min' ? Math.min : (a, b) => a + b;
}

function inKernels(mode: Mode, { run }: Kernels): Reductions {
  const extreme = mode === 'max' || mode === 'min';
  const what = OF_TWO.indexOf(extreme ? mode : 'add');
  const sign = mode === 'min' ? -1 : 1;
  return {
    ofRow: extreme ? (x, n) => sign * run.greatest(x, n, sign) : run.sum,
    ofTwo: pairOf(mode),
    ofRows: (x, y, n) => run.ofTwo(what, y, 16, x, 16, y, n),
  };
}

function inPlainLoops(mode: Mode, floats: (at: number, n: number) => Float32Array): Reductions {
  const ofTwo = pairOf(mode);
  return {
    ofRow: (x, n) => {
      const numbers = floats(x, n);
      let so = numbers[0]!;
      for (let i = 1; i < n; i++) so = ofTwo(so, numbers[i]!);
      return so;
    },
    ofTwo,
    ofRows: (x, y, n) => {
      const [numbers, so] = [floats(x, n), floats(y, n)];
      for (let i = 0; i < n; i++) so[i] = ofTwo(so[i]!, numbers[i]!);
    },
  };
}
