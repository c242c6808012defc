import type { Graph, Node } from '../../ir/graph.ts';
import { changesOf, reachOf, type PatchPositions } from './extent.ts';

/**
 * The tensors without a patch that `incremental` may ask for, whatever the group of positions: the surroundings of a window
 * are read where an op looks further than at one pixel, or at windows of different sizes.
 */
export function baseTensors(graph: Graph, input: string, positions: PatchPositions): readonly string[] {
  const changes = changesOf(graph, input, positions);
  const hasWindow = (name: string): boolean => {
    const change = changes.get(name);
    return change !== undefined && change !== 'everywhere';
  };
  const read = (node: Node): readonly string[] => {
    const windows = node.inputs.filter(hasWindow);
    const reach = reachOf(graph, node);
    if (reach?.kind === 'sum' && windows.length > 0) return [...windows, node.outputs[0]!];
    return reach?.kind === 'pixel' && windows.length === 1 ? [] : windows;
  };
  return [...new Set([...graph.nodes.flatMap(read), ...graph.outputs.filter(hasWindow)])];
}
