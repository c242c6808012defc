import type { Reference } from '../../ir/op.ts';
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

function referenceOf<A>(descend: Descend<A>): Reference<A> {
  return ({ attributes, outputs }, [w, dw, settings, first, second]) => {
    const results = outputs.map(() => new Float64Array(w!.length));
    const told = settingsOf(settings!);
    for (let i = 0; i < w!.length; i++) {
      const next = descend(attributes, told, w![i]!, dw![i]!, [first![i]!, second?.[i] ?? 0]);
      for (const [k, result] of results.entries()) result[i] = next[k]!;
    }
    return results;
  };
}

export const sgdStep: Reference<SgdAttributes> = referenceOf(descendSgd);
export const adamStep: Reference<AdamAttributes> = referenceOf(descendAdam);
export const rmspropStep: Reference<RmspropAttributes> = referenceOf(descendRmsprop);
