import { checkList, shown } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { formatShape } from '../tensor/shape.ts';
import { dependenceOf, hull, regionRead, type Interval, type Region } from './dependence.ts';

/** One unit of a tensor [1, c, h, w] or [1, c]; without `channel` that of any channel. */
export interface Unit {
  readonly channel?: number | undefined;
  /** Row and column; of a tensor [1, c] there is only one. */
  readonly at?: readonly [y: number, x: number] | undefined;
}

/** Left, top, right, bottom in pixels of the network's input; the right and bottom edges are exclusive. */
export type FieldBox = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * The box of pixels that a unit depends on: the smallest one around all paths of the graph, following only the branches of
 * a concatenation and the groups of a convolution that lead to its channel. Padding belongs to it, so that the box of a
 * unit at the border reaches outside of the picture and all units of a channel have boxes of one size. Undefined where the
 * input does not matter. Throws {@link ArgumentError} where there is no such unit.
 */
export function receptiveField(graph: Graph, tensor: string, unit: Unit = {}): FieldBox | undefined {
  const input = graph.values.get(graph.inputs[0] ?? '');
  if (!input || input.shape.length < 2) {
    const got = input ? formatShape(input.shape) : 'no input';
    throw new ArgumentError('a receptive field is a part of a picture', {
      where: graph.name,
      expected: 'an input […, h, w]',
      got,
    });
  }
  const regions = new Map<string, Region>([[tensor, regionOf(graph, tensor, unit)]]);
  for (const node of graph.nodes.toReversed()) {
    for (const output of node.outputs) {
      const region = regions.get(output);
      if (!region) continue;
      for (const [i, dependence] of dependenceOf(graph, node).entries()) {
        const name = node.inputs[i]!;
        const source = dependence && regionRead(dependence, region, graph.values.get(name)!.shape);
        if (source) regions.set(name, hull(regions.get(name), source));
      }
    }
  }
  const field = regions.get(input.name);
  if (!field) return undefined;
  const [[y0, y1], [x0, x1]] = field.slice(-2) as [Interval, Interval];
  return [x0, y0, x1, y1];
}

function regionOf(graph: Graph, tensor: string, { channel, at }: Unit): Region {
  const value = graph.values.get(tensor);
  if (!value) throw new ArgumentError(`there is no tensor ${shown(tensor)}`, { where: graph.name });
  if (at !== undefined) checkList('the position', at, 2);
  const wanted = [0, channel, ...(at ?? value.shape.slice(2).map((size) => Math.floor(size / 2)))];
  return value.shape.map((size, axis): Interval => {
    const index = wanted[axis];
    if (index === undefined) return [0, size];
    if (Number.isInteger(index) && index >= 0 && index < size) return [index, index + 1];
    throw new ArgumentError('there is no such unit', {
      where: tensor,
      expected: `one of ${formatShape(value.shape)}`,
      got: `channel ${shown(channel)} at ${shown(at)}`,
    });
  });
}
