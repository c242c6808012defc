import type { Reference } from '../../ir/op.ts';
import { sizeOf, stridesOf } from '../../tensor/shape.ts';
import { sameKind } from '../internal/walk.reference.ts';
import { type PadAttributes, sourcesAlong } from './pad.ts';

export const pad: Reference<PadAttributes> = ({ attributes, inputs: [x], outputs: [y] }, [xv]) => {
  const strides = stridesOf(x!.shape);
  const places = y!.shape.map((n, axis) => sourcesAlong(attributes, axis, x!.shape[axis]!, n));
  const result = sameKind(xv!, sizeOf(y!.shape)).fill(attributes.value);
  const along = (axis: number, from: number, to: number): void => {
    if (axis === places.length) result[to] = xv![from]!;
    else
      for (const [i, at] of places[axis]!.entries())
        if (at >= 0) along(axis + 1, from + at * strides[axis]!, to * places[axis]!.length + i);
  };
  along(0, 0, 0);
  return [result];
};
