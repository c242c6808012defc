import type { Model } from '../engine/model.ts';
import { fineTune } from '../methods/training/fine-tune.ts';
import { batchNorm, dense, globalAveragePool, type Layer } from '../methods/training/layers.ts';
import type { Network } from '../methods/training/network.ts';
import { codeTensor } from './codes.ts';

/** Share of each batch in the running statistics: they are those of the reader's pictures after a dozen steps. */
const MOMENTUM = 0.3;

/**
 * A network that somebody has trained, with a new classifier in place of its own; all else is frozen (Yosinski et al. 2014, "How
 * transferable are features in deep neural networks?"). Throws ArgumentError where it has no classifier.
 */
export function newHead(model: Model, classes: number, seed?: number): Promise<Network> {
  const { name, shape } = codeTensor(model);
  const pooled: readonly Layer[] = shape.length === 4 ? [globalAveragePool()] : [];
  // Features are of any size: normalised, the same rates suit all networks.
  const head = [...pooled, batchNorm({ momentum: MOMENTUM }), dense(classes)];
  return fineTune(model.graph, { at: name, head, seed });
}
