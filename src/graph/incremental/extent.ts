import type { AxisDependence, Dependence } from '../../ir/dependence.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { Shape } from '../../tensor/shape.ts';
import { dependenceOf, intervalReached, isPlaced, type Interval, type PlacedAxis } from '../dependence.ts';

/** Positions of a square patch: every combination of a top and a left edge, px; it may overhang the picture. */
export interface PatchPositions {
  /** Top edges. */
  readonly rows: readonly number[];
  /** Left edges. */
  readonly cols: readonly number[];
  /** Side of the patch. */
  readonly size: number;
}

/** Where a map [n, c, h, w] can change, for each row and each column of positions. */
export interface Extent {
  readonly rows: readonly Interval[];
  readonly cols: readonly Interval[];
}

/** Of a tensor: in an extent of each map, or all over; undefined where the patch changes nothing. */
export type Change = Extent | 'everywhere' | undefined;

/** How far a patch reaches into each tensor of a graph. `input` [1, c, h, w] is the picture it lies on. */
export function changesOf(graph: Graph, input: string, positions: PatchPositions): ReadonlyMap<string, Change> {
  const [, , height = 0, width = 0] = graph.values.get(input)!.shape;
  const { rows, cols, size } = positions;
  const clipped = (from: number, extent: number): Interval => [clamp(from, extent), clamp(from + size, extent)];
  const changes = new Map<string, Change>([
    [input, { rows: rows.map((top) => clipped(top, height)), cols: cols.map((left) => clipped(left, width)) }],
  ]);
  for (const node of graph.nodes) {
    const change = changeOf(graph, node, changes);
    for (const output of node.outputs) changes.set(output, change);
  }
  return changes;
}

function changeOf(graph: Graph, node: Node, changes: ReadonlyMap<string, Change>): Change {
  const { shape } = graph.values.get(node.outputs[0]!)!;
  const dependences = dependenceOf(graph, node);
  let result: Change;
  for (const [i, name] of node.inputs.entries()) {
    const change = changes.get(name);
    if (change === undefined) continue;
    const axes = spatialAxes(dependences[i], shape);
    if (change === 'everywhere' || !axes) return 'everywhere';
    const [h, w] = axes;
    const reached = {
      rows: change.rows.map((interval) => intervalReached(h, interval, shape[2]!)),
      cols: change.cols.map((interval) => intervalReached(w, interval, shape[3]!)),
    };
    result = result === undefined ? reached : union(result as Extent, reached);
  }
  return result;
}

/** How h and w of a map [n, c, h, w] hang together with h and w of a node's output; undefined where they do not. */
export function spatialAxes(
  dependence: Dependence | undefined,
  output: Shape,
): readonly [h: PlacedAxis, w: PlacedAxis] | undefined {
  if (dependence?.length !== 4 || output.length !== 4) return undefined;
  const [, , h, w] = dependence as [AxisDependence, AxisDependence, AxisDependence, AxisDependence];
  return isPlaced(h) && isPlaced(w) && h.axis === 2 && w.axis === 3 ? [h, w] : undefined;
}

function union(a: Extent, b: Extent): Extent {
  return { rows: hulls(a.rows, b.rows), cols: hulls(a.cols, b.cols) };
}

function hulls(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return a.map((interval, i) => hull(interval, b[i]!));
}

function hull(a: Interval, b: Interval): Interval {
  if (a[0] >= a[1]) return b;
  if (b[0] >= b[1]) return a;
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function clamp(at: number, extent: number): number {
  return Math.min(Math.max(at, 0), extent);
}
