import type { NodeContext } from '../../ir/node.ts';
import { broadcastStrides, sizeOf, stridesOf, type Shape } from '../../tensor/shape.ts';
import { BYTES, inParts, Runs } from '../internal/loops.ts';
import { collapse } from '../internal/strided.ts';
import type { Addresses, Loop, Lowered, Machine } from '../loop.ts';
import type { ConcatAttributes } from './concat.ts';
import { viewOf, type SliceAttributes } from './slice.ts';
import { permuted, type TransposeAttributes } from './transpose.ts';

/** Where a copy begins in a tensor and how it walks along it, in elements. */
interface Place {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Up to this length a loop is faster than a call that copies. */
const SHORT = 24;

type Words = Int32Array<ArrayBuffer>;

/** Copies over an index space `shape`, bit by bit: a function of words, where x and y begin among them, and runs. */
export function copying(
  shape: Shape,
  x: Place,
  y: Place,
): { readonly units: number; run(words: Words, xAt: number, yAt: number, from: number, to: number): void } {
  const runs = new Runs(collapse({ shape, strides: [x.strides, y.strides] }));
  const [xStep, yStep] = runs.steps as [number, number];
  return {
    units: sizeOf(shape) === 0 ? 0 : runs.units,
    run: (words, xAt, yAt, first, end) => {
      runs.each(first, end, ([xStart, yStart], count) => {
        let from = xAt + x.offset + xStart!;
        let to = yAt + y.offset + yStart!;
        if (xStep === 1 && yStep === 1 && count > SHORT) words.copyWithin(to, from, from + count);
        else if (xStep === 0 && yStep === 1 && count > SHORT) words.fill(words[from]!, to, to + count);
        else
          for (let i = 0; i < count; i++) {
            words[to] = words[from]!;
            from += xStep;
            to += yStep;
          }
      });
    },
  };
}

/** All of the memory, in words: copies go from one place of it to another. */
export function wordsOf({ memory }: Machine): Words {
  return memory.integers(0, memory.memory.buffer.byteLength / BYTES);
}

/** A dense tensor made by one copy. */
function copyOf({ inputs, outputs }: NodeContext<object>, machine: Machine, from: Place): Lowered {
  const { shape } = outputs[0]!;
  const { units, run } = copying(shape, from, { offset: 0, strides: stridesOf(shape) });
  return inParts(
    units,
    sizeOf(shape) + sizeOf(inputs[0]!.shape) / 16,
    ({ inputs: [x], outputs: [y] }: Addresses) =>
      (first, end) => {
        run(wordsOf(machine), x! / BYTES, y! / BYTES, first, end);
      },
  );
}

export const transpose: Loop<TransposeAttributes> = (context, machine) => {
  const strides = permuted(context.inputs[0]!.shape, context.attributes.permutation);
  return copyOf(context, machine, { offset: 0, strides });
};

export const slice: Loop<SliceAttributes> = (context, machine) =>
  copyOf(context, machine, viewOf(context.inputs[0]!.shape, context.attributes));

export const expand: Loop<object> = (context, machine) => {
  const strides = broadcastStrides(context.inputs[0]!.shape, context.outputs[0]!.shape);
  return copyOf(context, machine, { offset: 0, strides });
};

export const concat: Loop<ConcatAttributes> = ({ attributes: { axis }, inputs, outputs }, machine) => {
  const { shape } = outputs[0]!;
  const strides = stridesOf(shape);
  let offset = 0;
  const copies = inputs.map((x) => {
    const copy = copying(x!.shape, { offset: 0, strides: stridesOf(x!.shape) }, { offset, strides });
    offset += x!.shape[axis]! * strides[axis]!;
    return copy;
  });
  return inParts(copies.length, sizeOf(shape), ({ inputs: from, outputs: [to] }) => (first, end) => {
    const words = wordsOf(machine);
    for (let i = first; i < end; i++) copies[i]!.run(words, from[i]! / BYTES, to! / BYTES, 0, copies[i]!.units);
  });
};
