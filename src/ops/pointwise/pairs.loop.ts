import { OF_TWO } from '../../cpu/loop-kernels.ts';
import { broadcastStrides, sizeOf } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { BYTES, inParts, overTensors, Runs } from '../internal/loops.ts';
import { collapse } from '../internal/strided.ts';
import type { Loop, Loops } from '../loop.ts';
import { ofTwo } from './formulas.ts';

/** Numbers of a vector: kernels step over so many at once. */
const VECTOR = 4;
/** A call of a function costs a plain loop as much as so many multiplications. */
const CALL = 4;

/** y = f(a, b) of tensors that broadcast to each other: runs along which each goes on or stays. */
function pairs(type: string, apply: (a: number, b: number, dtype: DType) => number): Loop<object> {
  const what = OF_TWO.indexOf(type as (typeof OF_TWO)[number]);
  return (context, machine) => {
    const [a, b] = [context.inputs[0]!, context.inputs[1]!];
    const { shape } = context.outputs[0]!;
    const strides = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
    const runs = new Runs(collapse({ shape, strides }));
    const { kernels } = machine;
    const { length } = runs;
    const [aStep, bStep] = runs.steps as [number, number];
    const size = sizeOf(shape);
    // One long run is cut itself.
    const alone = runs.count === 1;
    const units = alone ? length : runs.count;
    const start = (unit: number, tensor: 0 | 1): number =>
      alone ? unit * runs.steps[tensor]! : runs.startOf(unit, tensor);

    if (kernels && what >= 0) {
      const run = kernels.run.ofTwo;
      return inParts(units, size, ({ inputs: [aAt, bAt], outputs: [yAt] }) => (from, to) => {
        const one = (unit: number, count: number): void => {
          const [left, right] = [aAt! + BYTES * start(unit, 0), bAt! + BYTES * start(unit, 1)];
          const y = yAt! + BYTES * unit * (alone ? 1 : length);
          run(what, left, BYTES * VECTOR * aStep, right, BYTES * VECTOR * bStep, y, count);
        };
        if (alone) one(from, to - from);
        else for (let unit = from; unit < to; unit++) one(unit, length);
      });
    }
    return overTensors(context, machine, [units, CALL * size], ({ inputs: [av, bv], outputs: [y] }, from, to) => {
      const one = (unit: number, count: number): void => {
        const [left, right] = [start(unit, 0), start(unit, 1)];
        const first = unit * (alone ? 1 : length);
        for (let i = 0; i < count; i++)
          y![first + i] = apply(av![left + i * aStep]!, bv![right + i * bStep]!, 'float32');
      };
      if (alone) one(from, to - from);
      else for (let unit = from; unit < to; unit++) one(unit, length);
    });
  };
}

/** Functions of two numbers, by type. */
export const functionsOfTwo: Loops = Object.fromEntries(
  Object.entries(ofTwo).map(([type, apply]) => [type, pairs(type, apply)]),
);
