import type { Reference } from '../../ir/op.ts';
import {
  settingsOf,
  type AdamAttributes,
  type RmspropAttributes,
  type Settings,
  type SgdAttributes,
} from './descent.ts';

/** One number on its way down: what becomes of w, and of what is remembered, where its gradient is dw. */
type Descend<A> = (
  attributes: A,
  settings: Settings,
  w: number,
  dw: number,
  memory: readonly [number, number],
) => readonly [w: number, ...memory: number[]];

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

const descendSgd: Descend<SgdAttributes> = ({ momentum, nesterov, decay }, { rate, factor, go }, w, dw, memory) => {
  if (!go) return [w, memory[0]];
  const g = dw * factor + decay * w;
  const v = momentum * memory[0] + g;
  return [w - rate * (nesterov ? g + momentum * v : v), v];
};

const descendAdam: Descend<AdamAttributes> = (attributes, settings, w, dw, memory) => {
  const { beta1, beta2, epsilon, decay, decoupled } = attributes;
  const { rate, share1, share2, factor, go } = settings;
  if (!go) return [w, ...memory];
  const g = dw * factor + (decoupled ? 0 : decay * w);
  const m = beta1 * memory[0] + (1 - beta1) * g;
  const v = beta2 * memory[1] + (1 - beta2) * g * g;
  const shrunk = decoupled ? w * (1 - rate * decay) : w;
  return [shrunk - (rate * (m / share1)) / (Math.sqrt(v / share2) + epsilon), m, v];
};

const descendRmsprop: Descend<RmspropAttributes> = (attributes, { rate, factor, go }, w, dw, memory) => {
  const { alpha, epsilon, momentum, decay } = attributes;
  if (!go) return [w, ...memory];
  const g = dw * factor + decay * w;
  const square = alpha * memory[0] + (1 - alpha) * g * g;
  const v = momentum * memory[1] + g / (Math.sqrt(square) + epsilon);
  return [w - rate * v, square, v];
};

export const sgdStep: Reference<SgdAttributes> = referenceOf(descendSgd);
export const adamStep: Reference<AdamAttributes> = referenceOf(descendAdam);
export const rmspropStep: Reference<RmspropAttributes> = referenceOf(descendRmsprop);
