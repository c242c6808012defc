import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise } from '../internal/launch.ts';
import { planes, type MosaicAttributes } from './mosaic.ts';

export const mosaic: Launching<MosaicAttributes> = ({
  attributes: { columns, symmetric },
  inputs: [x, extents, palette],
  outputs: [y],
}) =>
  elementwise(
    'paint/mosaic',
    y!,
    { x: x!.name, extents: extents!.name, palette: palette!.name, y: y!.name },
    {
      stride: y!.shape[1]!,
      ...planes(x!.shape),
      columns,
      own: Number(extents!.shape[0] !== 1),
      colours: sizeOf(palette!.shape),
      symmetric: Number(symmetric),
    },
  );
