import type { Launch, Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import type { AdamAttributes, RmspropAttributes, SgdAttributes } from './descent.ts';

/** A launch of `shader` whose variables are named by the roles of what is remembered. */
function launching<A>(
  shader: string,
  remembered: readonly string[],
  params: (attributes: A) => Launch['params'],
): Launching<A> {
  return ({ attributes, inputs: [w, dw, settings, ...memory], outputs: [next, ...nextMemory] }) => {
    const before = remembered.map((role, i) => [role, memory[i]!.name] as const);
    const after = remembered.map((role, i) => [`next_${role}`, nextMemory[i]!.name] as const);
    const own = { w: w!.name, dw: dw!.name, settings: settings!.name, next_w: next!.name };
    return elementwise(shader, next!, { ...own, ...Object.fromEntries([...before, ...after]) }, params(attributes));
  };
}

export const sgdStep: Launching<SgdAttributes> = launching(
  'training/sgd-step',
  ['velocity'],
  ({ momentum, nesterov, decay }) => ({ momentum, nesterov: Number(nesterov), decay }),
);

export const adamStep: Launching<AdamAttributes> = launching(
  'training/adam-step',
  ['mean', 'square'],
  ({ beta1, beta2, epsilon, decay, decoupled }) => ({ beta1, beta2, epsilon, decay, decoupled: Number(decoupled) }),
);

export const rmspropStep: Launching<RmspropAttributes> = launching(
  'training/rmsprop-step',
  ['square', 'velocity'],
  ({ alpha, epsilon, momentum, decay }) => ({ alpha, epsilon, momentum, decay }),
);
