import { contextOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { opOf } from '../../ops/registry.ts';
import type { Interval } from '../dependence.ts';
import { changesOf, type Change, type PatchPositions } from './extent.ts';

/** Whether the work of a node is multiplications that are added up. */
export function isProduct({ op }: Node): boolean {
  return opOf(op).product !== undefined;
}

/**
 * How many times faster than one whole pass for every position occlusion can be, counted in multiplications: all of the
 * network's over those, on average, whose results the patch can reach. `input` is the picture [1, c, h, w].
 */
export function occlusionBound(graph: Graph, input: string, positions: PatchPositions): number {
  const changes = changesOf(graph, input, positions);
  let all = 0;
  let reached = 0;
  for (const node of graph.nodes) {
    if (!isProduct(node)) continue;
    const flops = opOf(node.op).flops!(contextOf(node, graph.values));
    const output = node.outputs[0]!;
    all += flops;
    reached += flops * shareOf(changes.get(output), graph.values.get(output)!.shape);
  }
  return all / reached;
}

/** Mean share of a tensor that changes. */
function shareOf(change: Change, [, , height = 1, width = 1]: readonly number[]): number {
  if (change === undefined) return 0;
  if (change === 'everywhere') return 1;
  return (meanLength(change.rows) / height) * (meanLength(change.cols) / width);
}

function meanLength(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [from, to]) => sum + to - from, 0) / intervals.length;
}
