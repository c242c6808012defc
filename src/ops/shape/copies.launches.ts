import type { Copy, Launch, Launching, NodeContext } from '../../ir/op.ts';
import { elementwise, perAxis, SEVERAL } from '../internal/launch.ts';
import { collapse, rowsOf } from '../internal/strided.ts';
import { concatCopies, type ConcatAttributes } from './concat.ts';
import { expandCopies } from './expand.ts';
import { sliceCopies, type SliceAttributes } from './slice.ts';

function launch(copy: Copy): readonly Launch[] {
  const { x, y, shape } = copy;
  const walk = collapse({ shape, strides: [x.strides, y.strides] });
  const launches = elementwise(
    'shape/copy',
    { shape },
    { x: x.tensor, y: y.tensor },
    {
      x_offset: x.offset,
      y_offset: y.offset,
      shape: perAxis(walk.shape, 1),
      x_strides: perAxis(walk.strides[0]!),
      y_strides: perAxis(walk.strides[1]!),
    },
    { INNER: walk.shape.length - 1, ...SEVERAL },
  );
  return launches.map((launch) => ({ ...launch, copies: rowsOf(copy) }));
}

/** One launch for each copy. */
export function copying<A>(copies: (context: NodeContext<A>) => readonly Copy[]): Launching<A> {
  return (context) => copies(context).flatMap(launch);
}

export const concat: Launching<ConcatAttributes> = copying(concatCopies);
export const expand: Launching = copying(expandCopies);
export const slice: Launching<SliceAttributes> = copying(sliceCopies);
