import type { NodeContext } from '../../ir/node.ts';
import type { Exporters, OnnxTarget } from '../exporter.ts';
import { asWhole, upTo } from '../internal/whole.export.ts';
import { readWindow } from './read-window.export.ts';
import { sizesOf, type ResampleAttributes } from './resample.ts';

/** The neighbours of each element beside each other, times their weights, added up. */
function resample(context: NodeContext<ResampleAttributes>, to: OnnxTarget): void {
  const {
    attributes: { axis },
    inputs: [x, first, weights],
    outputs: [y],
  } = context;
  const { along_y: count, taps } = sizesOf(context);
  const starts = to.add('Reshape', [first!.name, to.whole([count, 1])]);
  const neighbours = to.add('Gather', [x!.name, to.add('Add', [starts, upTo(to, taps)])], { axis });
  const behind = x!.shape.slice(axis + 1).map(() => 1);
  const shares = to.add('Reshape', [weights!.name, to.whole([count, taps, ...behind])]);
  const terms = to.add('Mul', [neighbours, shares]);
  to.node('ReduceSum', [terms, to.whole([axis + 1])], [y!.name], { keepdims: 0 });
}

/** One of the four pixels that a pixel lies between: for each pixel its index, and its share, 0 where it is not in the image. */
interface Corner {
  readonly index: string;
  readonly share: string;
}

/** As `eachSource` of bilinear.ts. */
function corners([, , h, w]: readonly number[], matrix: string, to: OnnxTarget): readonly Corner[] {
  const add = (a: string, b: string): string => to.add('Add', [a, b]);
  const times = (a: string, b: string): string => to.add('Mul', [a, b]);
  const [middleY, middleX] = [(h! - 1) / 2, (w! - 1) / 2];
  const pixels = Array.from({ length: h! * w! }, (_, i) => i);
  const rows = to.numbers(
    [h! * w!],
    pixels.map((i) => Math.floor(i / w!) - middleY),
  );
  const columns = to.numbers(
    [h! * w!],
    pixels.map((i) => (i % w!) - middleX),
  );
  const entry = (i: number): string => to.add('Gather', [matrix, to.whole([i], [])]);
  const y = add(add(times(entry(0), rows), times(entry(1), columns)), to.scalar(middleY));
  const x = add(add(times(entry(2), rows), times(entry(3), columns)), to.scalar(middleX));
  /** Along an axis: where the neighbour is, within the image, and its share, 0 outside. */
  const along = (at: string, beside: number, size: number): Corner => {
    const place = add(to.add('Floor', [at]), to.scalar(beside));
    const share = to.add('Sub', [to.scalar(1), to.add('Abs', [to.add('Sub', [at, place])])]);
    const index = to.add('Clip', [place, to.scalar(0), to.scalar(size - 1)]);
    const inside = to.add('Equal', [index, place]);
    return { index, share: to.add('Where', [inside, share, to.scalar(0)]) };
  };
  return [0, 1].flatMap((down) => {
    const row = along(y, down, h!);
    return [0, 1].map((right): Corner => {
      const column = along(x, right, w!);
      const index = add(times(row.index, to.scalar(w!)), column.index);
      return { index: asWhole(to, index), share: times(row.share, column.share) };
    });
  });
}

function affine({ inputs: [x, matrix], outputs: [y] }: NodeContext<object>, to: OnnxTarget): void {
  const flat = to.add('Reshape', [x!.name, to.whole(planes(x!.shape))]);
  const parts = corners(x!.shape, matrix!.name, to).map(({ index, share }) =>
    to.add('Mul', [to.add('Gather', [flat, index], { axis: 1 }), share]),
  );
  to.node('Reshape', [to.add('Sum', parts), to.whole(y!.shape)], [y!.name]);
}

function affineGrad({ inputs: [dy, matrix], outputs: [dx] }: NodeContext<object>, to: OnnxTarget): void {
  const shape = to.whole(planes(dy!.shape));
  const flat = to.add('Reshape', [dy!.name, shape]);
  const sum = corners(dy!.shape, matrix!.name, to).reduce(
    (before, { index, share }) =>
      to.add('ScatterElements', [before, to.add('Expand', [index, shape]), to.add('Mul', [flat, share])], {
        axis: 1,
        reduction: 'add',
      }),
    to.add('Expand', [to.scalar(0), shape]),
  );
  to.node('Reshape', [sum, to.whole(dx!.shape)], [dx!.name]);
}

function planes([n, c, h, w]: readonly number[]): readonly number[] {
  return [n! * c!, h! * w!];
}

export const exporters: Exporters = { affine, 'affine-grad': affineGrad, 'read-window': readWindow, resample };
