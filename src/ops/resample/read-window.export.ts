import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { OnnxTarget } from '../exporter.ts';
import { asWhole, upTo, within } from '../internal/whole.export.ts';
import type { ReadWindowAttributes } from './read-window.ts';

/** Indices of the pixels of parts [n, 1, p, q] in maps, and whether they are in them. */
interface Pixels {
  readonly index: string;
  readonly inside: string;
}

/** Parts of the map, by the indices of their pixels; those of the window where it lies; the filling beyond both. */
export function readWindow(
  { attributes, inputs: [places, map, window], outputs: [y] }: NodeContext<ReadWindowAttributes>,
  to: OnnxTarget,
): void {
  const { stride, before, from, to: target, fill } = attributes;
  const [n, c, p, q] = y!.shape as [number, number, number, number];
  const list = asWhole(to, places!.name);
  /** [n, 1, 1, 1] */
  const place = (column: number, axis: 0 | 1): string => {
    const single = to.add(
      'Gather',
      [to.add('Gather', [list, to.whole([column], [])], { axis: 1 }), to.whole([axis], [])],
      {
        axis: 1,
      },
    );
    return to.add('Reshape', [single, to.whole([n, 1, 1, 1])]);
  };
  /** The places on the map of the rows of the parts, or of their columns. */
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const along = to.add('Reshape', [upTo(to, [p, q][axis]!), to.whole([1, 1, [p, 1][axis]!, [1, q][axis]!])]);
    const start = to.add('Sub', [along, to.whole([before[axis]!], [])]);
    if (target < 0) return start;
    return to.add('Add', [start, to.add('Mul', [place(target, axis), to.whole([stride[axis]!], [])])]);
  }) as [string, string];
  const pixels = (row: string, column: string, [, , height, width]: readonly number[]): Pixels => {
    const [vertical, horizontal] = [within(to, row, height!), within(to, column, width!)];
    const line = to.add('Mul', [vertical.index, to.whole([width!], [])]);
    const index = to.add('Add', [line, horizontal.index]);
    const whole = to.whole([n, 1, p, q]);
    return {
      index: to.add('Expand', [index, whole]),
      inside: to.add('And', [vertical.inside, horizontal.inside]),
    };
  };

  const onMap = pixels(rows, columns, map!.shape);
  const plane = to.add('Reshape', [map!.name, to.whole([c, sizeOf(map!.shape.slice(2))])]);
  const flat = to.add('Gather', [plane, to.add('Reshape', [onMap.index, to.whole([n, p, q])])], { axis: 1 });
  let part = to.add('Transpose', [flat], { perm: [1, 0, 2, 3] });
  if (window) {
    const shifted = ([0, 1] as const).map((axis) => {
      const at = [rows, columns][axis]!;
      return from < 0 ? at : to.add('Sub', [at, place(from, axis)]);
    }) as [string, string];
    const onWindow = pixels(...shifted, window.shape);
    const numbers = to.add('Reshape', [window.name, to.whole([n, c, sizeOf(window.shape.slice(2))])]);
    const indices = to.add('Expand', [
      to.add('Reshape', [onWindow.index, to.whole([n, 1, p * q])]),
      to.whole([n, c, p * q]),
    ]);
    const taken = to.add('GatherElements', [numbers, indices], { axis: 2 });
    const shaped = to.add('Reshape', [taken, to.whole([n, c, p, q])]);
    part = to.add('Where', [onWindow.inside, shaped, part]);
  }
  to.node('Where', [onMap.inside, part, to.scalar(fill)], [y!.name]);
}
