import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { evenTile } from '../internal/tile.ts';
import type { ReadWindowAttributes } from './read-window.ts';

const NONE = 0xffffffff;

/** Elements an invocation makes: they share what is worked out for a row. */
const TILE = 8;

export const readWindow: Launching<ReadWindowAttributes> = ({ attributes, inputs, outputs: [y] }) => {
  const { size: out, to, stride, before, from, fill } = attributes;
  const [places, map, window] = inputs;
  const tile = evenTile(out[1]!, TILE);
  const size = (sizeOf(y!.shape) / out[1]!) * Math.ceil(out[1]! / tile);
  const { name, shape } = window ?? map!;
  return [
    {
      shader: 'resample/read-window',
      constants: { TILE: tile },
      params: {
        size,
        c: map!.shape[1]!,
        map: map!.shape.slice(2),
        window: shape.slice(2),
        out,
        stride,
        before,
        columns: places!.shape[1]!,
        from_column: window ? from : NONE,
        to_column: to < 0 ? NONE : to,
        fill,
      },
      bindings: { places: places!.name, map: map!.name, window: name, y: y!.name },
      threads: [size, 1, 1],
    },
  ];
};
