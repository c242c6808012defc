import { sizeOf } from '../../tensor/shape.ts';
import { overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import {
  settingsOf,
  type AdamAttributes,
  type RmspropAttributes,
  type Settings,
  type SgdAttributes,
} from './descent.ts';

/** What a step reads besides its settings, and what it writes: the weights first, then what is remembered. */
type Operands = readonly Numbers[];

type Descent<A> = (attributes: A, settings: Settings, from: Operands, to: Operands, first: number, end: number) => void;

/** Operations that a number takes, roots and quotients included. */
const OPERATIONS = 20;

/** Where nothing is to happen all stays. Nobody may read what is remembered: outputs that are not wanted are written aside. */
function loopOf<A extends object>(descend: Descent<A>): Loop<A> {
  return (context, machine) => {
    const size = sizeOf(context.inputs[0]!.shape);
    return overTensors(context, machine, [size, OPERATIONS * size], ({ inputs, outputs }, first, end) => {
      const [w, dw, settings, ...memory] = inputs;
      const told = settingsOf(settings!);
      const to = [w!, ...memory].map((_, i) => outputs[i] ?? new Float32Array(size));
      if (told.go) descend(context.attributes, told, [w!, dw!, ...memory], to, first, end);
      else for (const [i, from] of [w!, ...memory].entries()) to[i]!.set(from.subarray(first, end), first);
    });
  };
}

export const sgdStep: Loop<SgdAttributes> = loopOf(
  ({ momentum, nesterov, decay }, { rate, factor }, [w, dw, velocity], [nextW, nextVelocity], first, end) => {
    for (let i = first; i < end; i++) {
      const g = dw![i]! * factor + decay * w![i]!;
      const v = momentum * velocity![i]! + g;
      nextVelocity![i] = v;
      nextW![i] = w![i]! - rate * (nesterov ? g + momentum * v : v);
    }
  },
);

export const adamStep: Loop<AdamAttributes> = loopOf((attributes, settings, from, to, first, end) => {
  const { beta1, beta2, epsilon, decay, decoupled } = attributes;
  const { rate, share1, share2, factor } = settings;
  const [w, dw, mean, square] = from;
  const [nextW, nextMean, nextSquare] = to;
  const kept = decoupled ? 1 - rate * decay : 1;
  for (let i = first; i < end; i++) {
    const g = dw![i]! * factor + (decoupled ? 0 : decay * w![i]!);
    const m = beta1 * mean![i]! + (1 - beta1) * g;
    const v = beta2 * square![i]! + (1 - beta2) * g * g;
    nextMean![i] = m;
    nextSquare![i] = v;
    nextW![i] = kept * w![i]! - (rate * (m / share1)) / (Math.sqrt(v / share2) + epsilon);
  }
});

export const rmspropStep: Loop<RmspropAttributes> = loopOf((attributes, { rate, factor }, from, to, first, end) => {
  const { alpha, epsilon, momentum, decay } = attributes;
  const [w, dw, square, velocity] = from;
  const [nextW, nextSquare, nextVelocity] = to;
  for (let i = first; i < end; i++) {
    const g = dw![i]! * factor + decay * w![i]!;
    const s = alpha * square![i]! + (1 - alpha) * g * g;
    const v = momentum * velocity![i]! + g / (Math.sqrt(s) + epsilon);
    nextSquare![i] = s;
    nextVelocity![i] = v;
    nextW![i] = w![i]! - rate * v;
  }
});
