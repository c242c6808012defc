import type { OnnxModel } from './model.ts';
import { inOrder } from './order.ts';
import { isFloat } from './tensor.ts';

/** With its nodes in order, and of its outputs those that are floats, where there are such. */
export function plain(model: OnnxModel): OnnxModel {
  const { outputs } = model.graph;
  const nodes = inOrder(model.graph.nodes);
  const floats = outputs.filter(isFloat);
  if (floats.length === 0 || floats.length === outputs.length) return { ...model, graph: { ...model.graph, nodes } };
  const needed = new Set(floats.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return { ...model, graph: { ...model.graph, outputs: floats, nodes: kept.reverse() } };
}
