import type { Node } from '../../ir/graph.ts';
import { opOf } from '../registry.ts';
import { clamping } from './clamp.ts';
import type { Explanation } from './explanation.ts';
import { maxPooling } from './max-pool.ts';
import { convolution, fullyConnected, transposedConvolution } from './products.ts';

/** Ops whose arithmetic can be shown number by number, besides clamps. In a module that only a walk through a network fetches. */
const EXPLANATIONS: Readonly<Record<string, Explanation<never>>> = {
  conv2d: convolution,
  'conv2d-input-grad': transposedConvolution,
  gemm: fullyConnected,
  'max-pool': maxPooling,
};

/** The arithmetic of a node; undefined where nobody has written it down: its numbers can still be shown. */
export function explanationOf({ op, attributes }: Node): Explanation | undefined {
  const { activation, clamp } = opOf(op);
  if (clamp && activation === 'rectifier') return clamping(...clamp(attributes));
  return Object.hasOwn(EXPLANATIONS, op) ? EXPLANATIONS[op] : undefined;
}
