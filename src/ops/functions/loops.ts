import type { Attributes } from '../../ir/graph.ts';
import { broadcastStrides, sizeOf } from '../../tensor/shape.ts';
import { overTensors, Runs } from '../internal/loops.ts';
import { oneByOne } from '../internal/one-by-one.loop.ts';
import { collapse } from '../internal/strided.ts';
import type { Loop, Loops } from '../loop.ts';
import { ofOne, ofTwo, where, type GeluAttributes } from './formulas.ts';

/** A call of a function costs a plain loop as much as so many multiplications. */
const CALL = 4;

/** y = f(a, b, c) of two or three tensors that broadcast to each other: runs along which each goes on or stays. */
function several(apply: (a: number, b: number, c: number) => number): Loop<object> {
  return (context, machine) => {
    const { shape } = context.outputs[0]!;
    const strides = context.inputs.map((x) => broadcastStrides(x!.shape, shape));
    const runs = new Runs(collapse({ shape, strides }));
    const [aStep = 0, bStep = 0, cStep = 0] = runs.steps;
    const operations = CALL * sizeOf(shape);
    return overTensors(context, machine, [runs.units, operations], ({ inputs, outputs: [y] }, from, to) => {
      const [a, b, c = b] = inputs;
      runs.each(from, to, ([aAt = 0, bAt = 0, cAt = 0], count, before) => {
        for (let i = 0; i < count; i++)
          y![before + i] = apply(a![aAt + i * aStep]!, b![bAt + i * bStep]!, c![cAt + i * cStep]!);
      });
    });
  };
}

/** erf(x) to a relative error of 1e-7, as in shaders/functions/one.wgsl: float32 keeps no more of it, and the exact one takes longer. */
function quickErf(x: number): number {
  const z = Math.abs(x);
  if (z < 1) return erfNear(x);
  return x < 0 ? erfTail(z) - 1 : 1 - erfTail(z);
}

function erfNear(x: number): number {
  const s = x * x;
  const outer = ((7.85385782e-5 * s - 8.01019254e-4) * s + 5.18832775e-3) * s - 2.6853811e-2;
  return x * (((outer * s + 0.112835854) * s - 0.37612626) * s + 1.12837911);
}

/** 1 − erf(z) where z is at least 0.7. */
function erfTail(z: number): number {
  const t = 1 / (1 + z / 2);
  const outer = ((-0.20044668 * t + 0.813473761) * t - 1.1137867) * t + 0.452780098;
  return t * Math.exp((((outer * t - 9.12381932e-2) * t + 0.408209145) * t + 0.99657011) * t - 1.26536405 - z * z);
}

const gelu = (x: number, attributes: GeluAttributes): number => {
  if (attributes.approximate === 'tanh') return ofOne.gelu(x, attributes);
  const z = x * Math.SQRT1_2;
  if (Math.abs(z) < 1) return x * (0.5 + 0.5 * erfNear(z));
  const beyond = 0.5 * erfTail(Math.abs(z));
  return x * (x > 0 ? 1 - beyond : beyond);
};

/** The family in float32 on the CPU, by type: those without a line of their own as their formula says. */
export const loops: Loops = {
  ...Object.fromEntries(
    Object.entries(ofOne).map(([type, apply]) => [
      type,
      oneByOne(apply as (x: number, attributes: Attributes) => number),
    ]),
  ),
  ...Object.fromEntries(Object.entries(ofTwo).map(([type, apply]) => [type, several(apply)])),
  erf: oneByOne(quickErf),
  gelu: oneByOne(gelu),
  where: several(where),
};
