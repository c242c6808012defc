import { ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../ir/builder.ts';
import type { Attributes } from '../ir/graph.ts';
import type { OnnxValue } from './model.ts';

/** How a file orders the axes of a picture; without `n` it takes one at a time. */
export type PictureLayout = 'nchw' | 'nhwc' | 'chw' | 'hwc';

const AXES = ['n', 'c', 'h', 'w'] as const;

/** An input as it is outside of the graph, [n, c, h, w]. Throws ShapeError where it does not have as many axes. */
export function outsideOf(input: OnnxValue, layout: PictureLayout): OnnxValue {
  const { name, shape } = input;
  if (!shape) return input;
  if (shape.length !== layout.length) {
    throw new ShapeError('the input is no picture', {
      where: `input "${name}"`,
      expected: layout,
      got: shape.join('×'),
    });
  }
  return { ...input, shape: AXES.map((axis) => (layout.includes(axis) ? shape[layout.indexOf(axis)]! : 1)) };
}

/** Appends what turns pictures [n, c, h, w] into what the file takes. */
export function intoLayout(builder: GraphBuilder, picture: string, layout: PictureLayout): string {
  const [, c, h, w] = builder.value(picture).shape as [number, number, number, number];
  const batch = layout.startsWith('n') ? [-1] : [];
  const last = layout.endsWith('hwc');
  const add = (op: 'reshape' | 'transpose', x: string, attributes: Attributes): string =>
    builder.add(op, [x], attributes, { name: 'as the file takes it' });
  // The numbers of a single channel lie alike whether it is first or last.
  if (last && c === 1) return add('reshape', picture, { shape: [...batch, h, w, c], allowZero: false });
  const one = batch.length > 0 ? picture : add('reshape', picture, { shape: [c, h, w], allowZero: false });
  const order = batch.length > 0 ? [0, 2, 3, 1] : [1, 2, 0];
  return last ? add('transpose', one, { permutation: order }) : one;
}
