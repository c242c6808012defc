import type { Launching } from '../../ir/op.ts';
import { bands } from './bands.ts';
import { FLAT, FLOPS_OF_TERM, MOST, TURNS, type PerplexityAttributes } from './perplexity.ts';

/** Points of a launch: fewer would leave a GPU idle. */
const LEAST_BAND = 512;

export const perplexity: Launching<PerplexityAttributes> = ({ attributes, inputs: [x], outputs: [y] }) => {
  const n = x!.shape[0]!;
  return bands(n, TURNS * FLOPS_OF_TERM * n, LEAST_BAND).map(({ first, count }) => ({
    shader: 'tsne/perplexity',
    params: { n, first, entropy: Math.log(attributes.perplexity), most: MOST, flat: FLAT, size: count },
    bindings: { x: x!.name, y: y!.name },
    threads: [count, 1, 1],
  }));
};
