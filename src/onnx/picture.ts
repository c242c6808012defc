import { ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../ir/builder.ts';
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
  const axes = AXES.map((axis, i) => ({ axis, size: builder.value(picture).shape[i]! }));
  const order = layout.endsWith('hwc') ? [0, 2, 3, 1] : [0, 1, 2, 3];
  const turned = order.map((i) => axes[i]!);
  // A single channel can be last or first: its numbers lie alike.
  const moves = layout.endsWith('hwc') && axes[1]!.size > 1;
  const x = moves ? builder.add('transpose', [picture], { permutation: order }, { name: 'channels last' }) : picture;
  if (layout === 'nchw' || (layout === 'nhwc' && moves)) return x;
  const wanted = turned.filter(({ axis }) => layout.includes(axis));
  const shape = wanted.map(({ axis, size }) => (axis === 'n' ? -1 : size));
  return builder.add('reshape', [x], { shape, allowZero: false }, { name: 'as the file takes it' });
}
