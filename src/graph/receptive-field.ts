import { checkList, shown } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph, Node, Value } from '../ir/graph.ts';
import type { NodeContext } from '../ir/op.ts';
import { convGeometry, type ConvAttributes } from '../ops/internal/conv.ts';
import { poolWindows, type PoolAttributes, type WindowAxis } from '../ops/internal/window.ts';
import { formatShape, type Shape } from '../tensor/shape.ts';

/** Elements along an axis, from the first to before the second. May lie outside, in the padding. */
type Interval = readonly [from: number, to: number];

/** A box of a tensor: an interval for each of its axes. */
type Region = readonly Interval[];

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
  const regions = new Map<string, Region>([[tensor, regionOf(graph, tensor, unit)]]);
  for (const node of graph.nodes.toReversed()) {
    for (const output of node.outputs) {
      const region = regions.get(output);
      if (!region) continue;
      const sources = sourcesOf(node, contextOf(node, graph.values), region);
      for (const [i, name] of node.inputs.entries()) {
        const source = sources[i];
        if (name !== '' && source) regions.set(name, hull(regions.get(name), source));
      }
    }
  }
  const field = regions.get(graph.inputs[0]!);
  if (!field) return undefined;
  const [[y0, y1], [x0, x1]] = field.slice(-2) as [Interval, Interval];
  return [x0, y0, x1, y1];
}

function regionOf(graph: Graph, tensor: string, { channel, at }: Unit): Region {
  const value = graph.values.get(tensor);
  if (!value) throw new ArgumentError(`there is no tensor ${shown(tensor)}`, { where: graph.name });
  if (at !== undefined) checkList('the place', at, 2);
  const wanted = [0, channel, ...(at ?? value.shape.slice(2).map((size) => Math.floor(size / 2)))];
  return value.shape.map((size, axis): Interval => {
    const index = wanted[axis];
    if (index === undefined) return [0, size];
    if (Number.isInteger(index) && index >= 0 && index < size) return [index, index + 1];
    throw new ArgumentError('there is no such unit', {
      where: tensor,
      expected: `one of ${formatShape(value.shape)}`,
      got: `channel ${String(channel)} at (${at?.join(', ') ?? ''})`,
    });
  });
}

/** For each input of a node the region that a region of its output is made from; undefined where there is none. */
type Rule = (context: NodeContext<Attributes>, region: Region) => readonly (Region | undefined)[];

/** Each element from the one at its place, or from the one that is spread over it. */
const samePlace: Rule = ({ inputs, outputs: [y] }, region) =>
  inputs.map((x) => {
    const missing = y!.shape.length - (x?.shape.length ?? 0);
    return x?.shape.map((size, axis) =>
      size === 1 && y!.shape[missing + axis] !== 1 ? ([0, 1] as const) : region[missing + axis]!,
    );
  });

/** Any element from all: what is right for every operation, if wide. */
const everything: Rule = ({ inputs }) => inputs.map((x) => x && whole(x));

const pool: Rule = ({ node, attributes, inputs: [x] }, region) => {
  if (attributes['global'] === true) return [[...region.slice(0, 2), ...whole(x!).slice(2)]];
  const { h, w } = poolWindows(node, x!.shape, attributes as unknown as PoolAttributes);
  return [[...region.slice(0, 2), taps(h, region[2]!), taps(w, region[3]!)]];
};

/** The residual of a fused convolution is no matter here: networks are fused when they run. */
const conv: Rule = ({ node, attributes, inputs: [x, filters] }, [n, k, rows, cols]) => {
  const geometry = convGeometry(node, x!.shape, filters!.shape, attributes as unknown as ConvAttributes);
  const { h, w } = geometry.windows;
  return [[n!, groups(k!, geometry.k, geometry.c), taps(h, rows!), taps(w, cols!)]];
};

const convTranspose: Rule = ({ node, attributes, inputs: [, filters], outputs: [y] }, [n, c, rows, cols]) => {
  const geometry = convGeometry(node, y!.shape, filters!.shape, attributes as unknown as ConvAttributes);
  const { h, w } = geometry.windows;
  return [[n!, groups(c!, geometry.c, geometry.k), windowsOver(h, rows!), windowsOver(w, cols!)]];
};

const RULES: Readonly<Record<string, Rule>> = {
  'average-pool': pool,
  concat: ({ attributes, inputs }, region) => {
    const axis = attributes['axis'] as number;
    let start = 0;
    return inputs.map((x) => {
      const size = x!.shape[axis]!;
      const from = Math.max(region[axis]![0] - start, 0);
      const to = Math.min(region[axis]![1] - start, size);
      start += size;
      return from < to ? region.with(axis, [from, to]) : undefined;
    });
  },
  conv2d: conv,
  'conv2d-input-grad': convTranspose,
  lrn: ({ attributes, inputs: [x] }, region) => {
    const [from, to] = region[1]!;
    const before = Math.floor((Number(attributes['size']) - 1) / 2);
    const after = Number(attributes['size']) - 1 - before;
    return [region.with(1, [Math.max(from - before, 0), Math.min(to + after, x!.shape[1]!)])];
  },
  'max-pool': pool,
  pad: ({ attributes, inputs: [x] }, region) => {
    const { low, interior } = attributes as Readonly<Record<string, readonly number[]>>;
    const step = (axis: number): number => interior![axis]! + 1;
    // A border of other pixels: as wide as the picture, since it can show all of it
    if (attributes['mode'] !== 'constant') {
      const plain = x!.shape.map((size, axis) => low![axis] === 0 && region[axis]![1] <= size);
      return [whole(x!).map((all, axis) => (plain[axis] ? region[axis]! : all))];
    }
    return [region.map(([from, to], axis) => affine([from - low![axis]!, to - low![axis]!], 1 / step(axis)))];
  },
  reduce: ({ attributes, inputs: [x] }, region) => {
    const axes = attributes['axes'] as readonly number[];
    let next = 0;
    return [
      whole(x!).map((all, axis) => {
        const kept = !axes.includes(axis);
        const interval = kept || attributes['keepdims'] === true ? region[next++]! : all;
        return kept ? interval : all;
      }),
    ];
  },
  reshape: ({ inputs: [x], outputs: [y] }, region) => [reshaped(x!.shape, y!.shape, region)],
  slice: ({ attributes }, region) => {
    const { starts, steps } = attributes as Readonly<Record<string, readonly number[]>>;
    return [
      region.map(([from, to], axis) => {
        const [first, last] = [from, to - 1].map((at) => starts![axis]! + at * steps![axis]!) as [number, number];
        return [Math.min(first, last), Math.max(first, last) + 1];
      }),
    ];
  },
  softmax: ({ attributes, inputs: [x] }, region) => {
    const axis = attributes['axis'] as number;
    return [region.with(axis, whole(x!)[axis]!)];
  },
  transpose: ({ attributes }, region) => {
    const permutation = attributes['permutation'] as readonly number[];
    return [permutation.map((_, axis) => region[permutation.indexOf(axis)]!)];
  },
};

/** Operations on elements, one at a time. */
const POINTWISE: ReadonlySet<string> = new Set(
  (
    'abs add batch-norm cast ceil clip div exp expand floor hard-sigmoid hard-swish leaky-relu log max min mul neg pow ' +
    'reciprocal relu sigmoid silu softplus sqrt sub tanh where'
  ).split(' '),
);

function sourcesOf({ op }: Node, context: NodeContext<Attributes>, region: Region): readonly (Region | undefined)[] {
  // The scales of a batch normalisation are no maps
  if (op === 'batch-norm') return [region];
  const rule = RULES[op] ?? (POINTWISE.has(op) ? samePlace : everything);
  return rule(context, region);
}

function whole({ shape }: Value): Region {
  return shape.map((size) => [0, size]);
}

/** From the first tap of the first window to the last of the last. */
function taps({ kernel, stride, dilation, before }: WindowAxis, [from, to]: Interval): Interval {
  return [from * stride - before, (to - 1) * stride - before + (kernel - 1) * dilation + 1];
}

/** The windows that have a tap in an interval. */
function windowsOver({ kernel, stride, dilation, before }: WindowAxis, [from, to]: Interval): Interval {
  return [Math.ceil((from + before - (kernel - 1) * dilation) / stride), Math.floor((to - 1 + before) / stride) + 1];
}

/** The channels of the groups, `sources` each, that channels in groups of `size` belong to. */
function groups([from, to]: Interval, size: number, sources: number): Interval {
  return [Math.floor(from / size) * sources, (Math.floor((to - 1) / size) + 1) * sources];
}

function affine([from, to]: Interval, scale: number): Interval {
  return [Math.ceil(from * scale), Math.floor((to - 1) * scale) + 1];
}

/** Axes that stay keep their intervals; of those that are cut in another way a single element is followed. */
function reshaped(x: Shape, y: Shape, region: Region): Region {
  const shorter = Math.min(x.length, y.length);
  let front = 0;
  while (front < shorter && x[front] === y[front]) front++;
  let back = 0;
  while (back < shorter - front && x.at(-1 - back) === y.at(-1 - back)) back++;
  const middle = region.slice(front, region.length - back);
  const sizes = x.slice(front, x.length - back);
  let place = middle.reduce((at, [from], i) => at * y[front + i]! + from, 0);
  const single = middle.every(([from, to]) => to === from + 1);
  const inside = sizes.toReversed().map((size): Interval => {
    if (!single) return [0, size];
    const index = place % size;
    place = Math.floor(place / size);
    return [index, index + 1];
  });
  return [...region.slice(0, front), ...inside.reverse(), ...region.slice(region.length - back)];
}

function hull(a: Region | undefined, b: Region): Region {
  return a ? a.map(([from, to], axis) => [Math.min(from, b[axis]![0]), Math.max(to, b[axis]![1])]) : b;
}
