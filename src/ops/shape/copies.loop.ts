import type { Attributes } from '../../ir/graph.ts';
import type { NodeContext } from '../../ir/node.ts';
import type { Copy } from '../../ir/op.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { BYTES, inParts, Runs } from '../internal/loops.ts';
import { collapse } from '../internal/strided.ts';
import type { Loop, Machine } from '../loop.ts';
import { concatCopies, type ConcatAttributes } from './concat.ts';
import { expandCopies } from './expand.ts';
import { sliceCopies, type SliceAttributes } from './slice.ts';
import { transposeCopies, type TransposeAttributes } from './transpose.ts';

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

/** y made by copies: one in parts of it, several one after the other. */
function copies<A>(copiesOf: (context: NodeContext<A>) => readonly Copy[]): Loop<A> {
  return (context, machine) => {
    const { inputs, outputs } = context;
    const all = copiesOf(context).map(({ x, y, shape }) => copying(shape, x, y));
    const size = sizeOf(outputs[0]!.shape);
    if (all.length === 1) {
      const { units, run } = all[0]!;
      return inParts(units, size + sizeOf(inputs[0]!.shape) / 16, ({ inputs: [x], outputs: [y] }) => (first, end) => {
        run(wordsOf(machine), x! / BYTES, y! / BYTES, first, end);
      });
    }
    return inParts(all.length, size, ({ inputs: from, outputs: [to] }) => (first, end) => {
      const words = wordsOf(machine);
      for (let i = first; i < end; i++) all[i]!.run(words, from[i]! / BYTES, to! / BYTES, 0, all[i]!.units);
    });
  };
}

export const concat: Loop<ConcatAttributes> = copies(concatCopies);
export const expand: Loop<Attributes> = copies(expandCopies);
export const slice: Loop<SliceAttributes> = copies(sliceCopies);
export const transpose: Loop<TransposeAttributes> = copies(transposeCopies);
