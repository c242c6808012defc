import type { Graph, Node } from '../../ir/graph.ts';
import { changesOf, type PatchPositions } from './extent.ts';
import { hasWindow, onWindowOf, sumScaleOf } from './local.ts';

/**
 * The tensors without a patch that `incremental` may ask for, whatever the group of positions: the surroundings of a window
 * are read where an op looks further than at one pixel, or at windows of different sizes.
 */
export function baseTensors(graph: Graph, input: string, positions: PatchPositions): readonly string[] {
  const changes = changesOf(graph, input, positions);
  const isWindow = hasWindow(graph, changes);
  const read = (node: Node): readonly string[] => {
    const windows = node.inputs.filter(isWindow);
    if (sumScaleOf(graph, node) !== undefined && windows.length > 0) return [...windows, node.outputs[0]!];
    return onWindowOf(graph, node)?.isPixel && windows.length === 1 ? [] : windows;
  };
  return [...new Set([...graph.nodes.flatMap(read), ...graph.outputs.filter(isWindow)])];
}
