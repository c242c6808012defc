import { matricesOf, inBlocks, type FilterOrder } from './filters.ts';
import {
  BYTES,
  finishWith,
  inParts,
  kernelsOf,
  Layout,
  operationsOf,
  UNBOUNDED,
  type ConvolutionShape,
  type Finish,
  type Ground,
  type Plan,
} from './plan.ts';
import { Source } from './source.ts';

/** Filters of a channel beyond which products are faster. */
const MOST_FILTERS = 3;
/** Numbers that may be read, and sums that are made, behind those that count. */
const BEHIND = 32;

/** Whether each channel is filtered for itself, by few filters. */
export function isDepthwise({ group, c, k }: ConvolutionShape): boolean {
  return group > 1 && c === 1 && k <= MOST_FILTERS;
}

/** Of each channel for itself; where `apart` is given, of an image whose pixels lie so far apart among zeros. */
export function depthwise(
  ground: Ground,
  shape: ConvolutionShape,
  order: FilterOrder,
  finish: Finish,
  apart?: readonly [number, number],
): Plan {
  const kernels = kernelsOf(ground);
  const { n, group, k, windows } = shape;
  const { h, w } = windows;
  const layout = new Layout();
  // A border of nothing would be read in place, but each plane is copied.
  const source = new Source(shape, { tall: 1 });
  const offsets = source.offsets(1);
  const at = {
    offsets: layout.take(offsets.length),
    zeros: layout.take(group * k),
    plane: layout.take(source.plane + 2 * BEHIND),
    sums: layout.take(h.count * source.wide + BEHIND),
  };
  const { tall, wide } = source;
  const geometry = apart ? ([tall, wide, h.before, w.before, ...apart, 1, 1] as const) : source.border;
  const pixels = h.count * w.count;
  const bounds = finish.operand ? UNBOUNDED : finish.clip;
  return {
    filters: inBlocks(kernels, matricesOf(shape, order), { height: 1 }),
    scratch: layout.bytes,
    bind: ({ x, filters, bias, operand, y, scratch }) => {
      const run = (image: number, first: number, channels: number): void => {
        const to = BYTES * (image * group + first) * k * pixels;
        kernels.depthwise(
          x + BYTES * (image * group + first) * h.size * w.size,
          channels,
          k,
          h.size,
          w.size,
          ...geometry,
          apart !== undefined,
          scratch + at.offsets,
          offsets.length,
          filters + BYTES * first * k * offsets.length,
          (bias || scratch + at.zeros) + BYTES * first * k,
          y + to,
          h.count,
          w.count,
          ...bounds,
          scratch + at.plane,
          scratch + at.sums,
        );
        if (!finish.operand) return;
        const columns = channels * k * pixels;
        finishWith(kernels, finish, { y: y + to, operand: operand + to, rows: 1, columns, step: 0 });
      };
      return inParts(ground, n, group, operationsOf(shape), (image, first, end) => {
        ground.memory.integers(scratch + at.offsets, offsets.length).set(offsets);
        if (!bias) ground.memory.floats(scratch + at.zeros, group * k).fill(0);
        const atOnce = finish.operand ? 1 : end - first;
        for (let channel = first; channel < end; channel += atOnce) run(image, channel, atOnce);
      });
    },
  };
}
