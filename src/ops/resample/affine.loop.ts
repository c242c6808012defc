import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { eachSource } from './bilinear.ts';

/** What finding the sources of a pixel costs, in multiplications. */
const SOURCES = 20;

/** Moves a share of a number from one place of each plane to another. */
function moving(
  move: (x: Numbers, y: Numbers, plane: number, pixel: number, source: number, share: number) => void,
): Loop<object> {
  return (context, machine) => {
    const { shape } = context.inputs[0]! as { readonly shape: Shape };
    const size = sizeOf(shape);
    const plane = shape[2]! * shape[3]!;
    return overTensors(context, machine, [size / plane || 0, SOURCES * size], ({ inputs: [x, matrix], outputs: [y] }, from, to) => {
      y!.fill(0, from * plane, to * plane);
      eachSource(shape, matrix!, (pixel, source, share) => {
        for (let start = from * plane; start < to * plane; start += plane) move(x!, y!, start, pixel, source, share);
      });
    });
  };
}

export const affine: Loop<object> = moving((x, y, plane, pixel, source, share) => {
  y[plane + pixel]! += share * x[plane + source]!;
});

export const affineGrad: Loop<object> = moving((dy, dx, plane, pixel, source, share) => {
  dx[plane + source]! += share * dy[plane + pixel]!;
});
