import { contextOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { AxisReach, Reach } from '../../ir/op.ts';
import { opOf } from '../../ops/table.ts';
import type { Shape } from '../../tensor/shape.ts';

/** Elements from the first to before the second along an axis. */
export type Interval = readonly [from: number, to: number];

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

/** What is known of where a node of the graph shows changes. */
export function reachOf(graph: Graph, node: Node): Reach | undefined {
  return opOf(node.op).reach?.(contextOf(node, graph.values));
}

function changeOf(graph: Graph, node: Node, changes: ReadonlyMap<string, Change>): Change {
  const changed = node.inputs.filter((name) => changes.get(name) !== undefined);
  if (changed.length === 0) return undefined;
  const extents = changed.map((name) => changes.get(name)!);
  const reach = reachOf(graph, node);
  if (!reach || reach.kind === 'sum' || !extents.every((extent) => extent !== 'everywhere')) return 'everywhere';
  if (reach.kind === 'windows') {
    // Filters that depend on the picture change everything
    if (changed.length > 1 || node.inputs[0] !== changed[0]) return 'everywhere';
    const [{ rows, cols }] = extents as [Extent];
    return {
      rows: rows.map((interval) => windowsOver(reach.h, interval)),
      cols: cols.map((interval) => windowsOver(reach.w, interval)),
    };
  }
  const { shape } = graph.values.get(node.outputs[0]!)!;
  // A map of one pixel that is spread over another reaches all of it
  if (!changed.every((name) => samePixels(graph.values.get(name)!.shape, shape))) return 'everywhere';
  return extents.reduce((a, b) => ({ rows: hulls(a.rows, b.rows), cols: hulls(a.cols, b.cols) }));
}

function samePixels(a: Shape, b: Shape): boolean {
  return a.length === 4 && b.length === 4 && a[2] === b[2] && a[3] === b[3];
}

/** The windows that have a tap in an interval. */
function windowsOver({ kernel, stride, dilation, before, count }: AxisReach, [from, to]: Interval): Interval {
  if (from >= to) return [0, 0];
  const first = clamp(Math.ceil((from + before - (kernel - 1) * dilation) / stride), count);
  const end = clamp(Math.floor((to - 1 + before) / stride) + 1, count);
  return first < end ? [first, end] : [0, 0];
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
