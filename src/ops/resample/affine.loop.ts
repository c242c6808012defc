import { sizeOf } from '../../tensor/shape.ts';
import { overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';

/** What finding the sources of a pixel costs, in multiplications. */
const SOURCES = 10;

/** The planes [h, w] of two tensors from one to before another, as places in them. */
interface Planes {
  readonly h: number;
  readonly w: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Adds to y shares of x: each pixel is made of the four neighbours of where it comes from (bilinear.ts has that for
 * references), or `back` gives them of it. All planes at once, since finding the neighbours costs more than using them.
 */
function interpolate(x: Numbers, [a, b, c, d]: Numbers, y: Numbers, { h, w, from, to }: Planes, back: boolean): void {
  const [middleRow, middleColumn] = [(h - 1) / 2, (w - 1) / 2];
  for (let pixel = 0; pixel < h * w; pixel++) {
    const [down, right] = [Math.floor(pixel / w) - middleRow, (pixel % w) - middleColumn];
    const row = middleRow + a! * down + b! * right;
    const column = middleColumn + c! * down + d! * right;
    const [top, left] = [Math.floor(row), Math.floor(column)];
    for (let corner = 0; corner < 4; corner++) {
      const [r, s] = [top + (corner >> 1), left + (corner & 1)];
      if (r < 0 || r >= h || s < 0 || s >= w) continue;
      const share = (1 - Math.abs(row - r)) * (1 - Math.abs(column - s));
      const neighbour = r * w + s;
      const [source, target] = back ? [pixel, neighbour] : [neighbour, pixel];
      for (let plane = from; plane < to; plane += h * w) y[plane + target]! += share * x[plane + source]!;
    }
  }
}

function interpolation(back: boolean): Loop<object> {
  return (context, machine) => {
    const { shape } = context.inputs[0]!;
    const [n, c, h, w] = shape as [number, number, number, number];
    const size = sizeOf(shape);
    return overTensors(context, machine, [n * c, SOURCES * size], ({ inputs, outputs: [y] }, first, end) => {
      const [x, matrix] = inputs;
      const [from, to] = [first * h * w, end * h * w];
      y!.fill(0, from, to);
      interpolate(x!, matrix!, y!, { h, w, from, to }, back);
    });
  };
}

export const affine: Loop<object> = interpolation(false);

/** Its adjoint. */
export const affineGrad: Loop<object> = interpolation(true);
