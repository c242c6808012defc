import { contextOf } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { opOf } from '../../ops/registry.ts';
import type { Interval } from '../dependence.ts';
import { isProduct } from './bound.ts';
import { changesOf, type PatchPositions } from './extent.ts';

/**
 * Sorts positions into groups of like windows, since all positions of a run have windows of the same size: near a border
 * a patch reaches less of a map, and how it lies over strides matters too. Gives at most `count` groups of indices for the
 * rows, and as many for the columns, such that the multiplications of all combinations are few: the two groups whose union
 * costs least are joined until so many are left.
 */
export function groupPositions(
  graph: Graph,
  input: string,
  positions: PatchPositions,
  count: number,
): { readonly rows: readonly (readonly number[])[]; readonly cols: readonly (readonly number[])[] } {
  const layers = layersOf(graph, input, positions);
  const weighted = (axis: 0 | 1): Layer[] =>
    layers.map(({ work, shares }) => ({ work: work * mean(shares[1 - axis]!), shares: shares[axis] }));
  return {
    rows: join(weighted(0), positions.rows.length, count),
    cols: join(weighted(1), positions.cols.length, count),
  };
}

/** The multiplications of a layer for the whole of an axis, and the share of it that each position reaches. */
interface Layer {
  readonly work: number;
  readonly shares: readonly number[];
}

function layersOf(
  graph: Graph,
  input: string,
  positions: PatchPositions,
): { readonly work: number; readonly shares: readonly [readonly number[], readonly number[]] }[] {
  const changes = changesOf(graph, input, positions);
  return graph.nodes.filter(isProduct).flatMap((node) => {
    const change = changes.get(node.outputs[0]!);
    if (change === undefined || change === 'everywhere') return [];
    const [, , height = 1, width = 1] = graph.values.get(node.outputs[0]!)!.shape;
    const along = (intervals: readonly Interval[], extent: number): number[] =>
      intervals.map(([from, to]) => (to - from) / extent);
    const work = opOf(node.op).flops!(contextOf(node, graph.values));
    return [{ work, shares: [along(change.rows, height), along(change.cols, width)] }];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Group {
  readonly members: readonly number[];
  /** Largest share of each layer. */
  readonly shares: readonly number[];
  readonly cost: number;
}

function join(layers: readonly Layer[], positions: number, count: number): (readonly number[])[] {
  const groupOf = (members: readonly number[], shares: readonly number[]): Group => ({
    members,
    shares,
    cost: members.length * layers.reduce((sum, { work }, i) => sum + work * shares[i]!, 0),
  });
  const union = (a: Group, b: Group): Group =>
    groupOf(
      [...a.members, ...b.members],
      a.shares.map((share, i) => Math.max(share, b.shares[i]!)),
    );
  let groups = Array.from({ length: positions }, (_, i) =>
    groupOf(
      [i],
      layers.map(({ shares }) => shares[i]!),
    ),
  );
  while (groups.length > count) {
    const pairs = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => ({ a, b, both: union(a, b) })));
    const added = ({ a, b, both }: (typeof pairs)[number]): number => both.cost - a.cost - b.cost;
    const { a, b, both } = pairs.reduce((best, pair) => (added(pair) < added(best) ? pair : best));
    groups = [...groups.filter((group) => group !== a && group !== b), both];
  }
  return groups.map(({ members }) => members.toSorted((a, b) => a - b));
}
