import type { Attributes, Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { halfBits } from '../tensor/halves.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { rewrite } from './rewrite.ts';

/**
 * Keeps the weights of fully connected layers as float16, half the memory to hold and to read: at one picture a time reading is
 * all that such a layer takes. Arithmetic stays float32. Each weight is off by at most 2⁻¹¹ of itself (2⁻²⁵ where it is below
 * 2⁻¹⁴), the layer's numbers typically by 2·10⁻⁴ of their length. Matrices with a number beyond float16 stay as they are. To be
 * done last, since halved weights have no gradient: see `transform` of `createWebGpuBackend`.
 */
export function halveWeights(graph: Graph): Graph {
  if (!graph.nodes.some((node) => halvesOf(graph, node))) return graph;
  return rewrite(graph, (node, [a, b, ...others], { builder }) => {
    const halves = halvesOf(graph, node);
    if (!halves) return undefined;
    const { op, attributes, pairs } = halves;
    const inputs = [a!, builder.constant(`${b!}/halves`, pairs), ...others];
    return [{ tensor: builder.add(op, inputs, attributes, { name: node.name, outputs: node.outputs }) }];
  });
}

/** The op that takes a node's weights as float16, and these; undefined where the op has none such, or a weight is beyond float16. */
function halvesOf(
  { constants }: Graph,
  { op, inputs, attributes }: Node,
): { readonly op: string; readonly attributes: Attributes; readonly pairs: Tensor } | undefined {
  const weights = constants.get(inputs[1] ?? '');
  if (weights?.dtype !== 'float32') return undefined;
  const other = opOf(op).withHalves?.(attributes, weights);
  const pairs = other && pairsOf(weights);
  return pairs && { ...other, pairs };
}

/** One for each matrix, so that graphs share their copies. */
const cache = new WeakMap<Tensor, Tensor | null>();

function pairsOf(matrix: Tensor): Tensor | undefined {
  const known = cache.get(matrix);
  if (known !== undefined) return known ?? undefined;
  const pairs = packed(matrix);
  cache.set(matrix, pairs ?? null);
  return pairs;
}

function packed({ data, shape: [n = 0, k = 0] }: Tensor): Tensor | undefined {
  const pairs = new Uint32Array(data.length / 2);
  for (const [i] of pairs.entries()) {
    const [low, high] = [halfBits(data[2 * i]!), halfBits(data[2 * i + 1]!)];
    if (low === undefined || high === undefined) return undefined;
    pairs[i] = ((high << 16) | low) >>> 0;
  }
  return tensor('uint32', [n, k / 2], pairs);
}
