import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise } from '../internal/launch.ts';
import type { OneHotAttributes } from './one-hot.ts';

export const oneHot: Launching<OneHotAttributes> = ({ attributes: { shape }, inputs: [extents, unit], outputs: [y] }) =>
  elementwise(
    'paint/one-hot',
    y!,
    { extents: extents!.name, unit: unit!.name, y: y!.name },
    { plane: sizeOf(shape.slice(2)) },
  );
