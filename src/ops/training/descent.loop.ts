import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import {
  descendAdam,
  descendRmsprop,
  descendSgd,
  settingsOf,
  type AdamAttributes,
  type Descend,
  type RmspropAttributes,
  type SgdAttributes,
} from './descent.ts';

/** Operations that a number takes, with its list of results. */
const OPERATIONS = 30;

function loopOf<A extends object>(descend: Descend<A>): Loop<A> {
  return (context, machine) => {
    const size = sizeOf(context.inputs[0]!.shape);
    return overTensors(context, machine, [size, OPERATIONS * size], ({ inputs, outputs }, from, to) => {
      const [w, dw, settings, first, second] = inputs;
      const told = settingsOf(settings!);
      for (let i = from; i < to; i++) {
        const next = descend(context.attributes, told, w![i]!, dw![i]!, [first![i]!, second?.[i] ?? 0]);
        for (let k = 0; k < outputs.length; k++) outputs[k]![i] = next[k]!;
      }
    });
  };
}

export const sgdStep: Loop<SgdAttributes> = loopOf(descendSgd);
export const adamStep: Loop<AdamAttributes> = loopOf(descendAdam);
export const rmspropStep: Loop<RmspropAttributes> = loopOf(descendRmsprop);
