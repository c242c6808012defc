import type { Graph } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { sizeOf } from '../tensor/shape.ts';
import { rewrite } from './rewrite.ts';

const BYTES = 4; // float32, the only element type of weights on the GPU

/**
 * Splits nodes by a constant of more than `maxBytes` into nodes by blocks of its rows: AlexNet's fc6 alone is 144 MiB,
 * VGG-16's 392 MiB, while a storage binding may be limited to 128 MiB. The blocks are views of the constant's numbers,
 * and the same tensors for every graph, so that forward and backward passes share their copies.
 */
export function splitWeights(graph: Graph, maxBytes: number): Graph {
  const tooLarge = (name: string): boolean => {
    const constant = graph.constants.get(name);
    return constant !== undefined && sizeOf(constant.shape) * BYTES > maxBytes;
  };
  if (![...graph.constants.keys()].some(tooLarge)) return graph;
  return rewrite(graph, (node, inputs, { builder }) => {
    const operand = node.inputs.findIndex(tooLarge);
    const constant = graph.constants.get(node.inputs[operand] ?? '');
    const result = constant && opOf(node.op).split?.({ builder, node, inputs, operand, constant, maxBytes });
    return result === undefined ? undefined : [{ tensor: result }];
  });
}
