import { broadcastStrides, sizeOf } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { OF_TWO } from '../internal/kernel-functions.ts';
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
    const [aStep, bStep] = runs.steps as [number, number];
    const size = sizeOf(shape);
    if (kernels && what >= 0 && a.dtype === 'float32') {
      const run = kernels.run.ofTwo;
      const [aSteps, bSteps] = [BYTES * VECTOR * aStep, BYTES * VECTOR * bStep];
      return inParts(runs.units, size, ({ inputs: [aAt, bAt], outputs: [yAt] }) => (from, to) => {
        runs.each(from, to, ([left, right], count, before) => {
          run(what, aAt! + BYTES * left!, aSteps, bAt! + BYTES * right!, bSteps, yAt! + BYTES * before, count);
        });
      });
    }
    return overTensors(context, machine, [runs.units, CALL * size], ({ inputs: [av, bv], outputs: [y] }, from, to) => {
      runs.each(from, to, ([left, right], count, before) => {
        for (let i = 0; i < count; i++)
          y![before + i] = apply(av![left! + i * aStep]!, bv![right! + i * bStep]!, a.dtype);
      });
    });
  };
}

/** Functions of two numbers, by type. */
export const functionsOfTwo: Loops = Object.fromEntries(
  Object.entries(ofTwo).map(([type, apply]) => [type, pairs(type, apply)]),
);
