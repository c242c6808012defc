import { sizeOf } from '../../tensor/shape.ts';
import type { Loop } from '../loop.ts';
import { overTensors } from './loops.ts';

/** A call of an apply function costs a plain loop as much as so many multiplications. */
const CALL = 8;

/** Elements as an `apply` makes them one by one. */
export function oneByOne<A extends object>(apply: (x: number, attributes: A) => number): Loop<A> {
  return (context, machine) => {
    const size = sizeOf(context.outputs[0]!.shape);
    const { attributes } = context;
    return overTensors(context, machine, [size, CALL * size], ({ inputs: [x], outputs: [y] }, from, to) => {
      for (let i = from; i < to; i++) y![i] = apply(x![i]!, attributes);
    });
  };
}
