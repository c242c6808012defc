import { checkChoice } from '../../../check.ts';
import type { Model, Sample } from '../../../engine/model.ts';
import { ShapeError } from '../../../errors.ts';
import { formatShape, sameShape } from '../../../tensor/shape.ts';
import { float32, type Tensor } from '../../../tensor/tensor.ts';
import { gaussian } from '../../parts/matrices.ts';
import { uniformAt } from './noise.ts';

const NAMES = ['mean', 'black', 'white', 'blur', 'noise'] as const;

/**
 * A picture that says nothing, to which another is compared: the network's mean colour (an input of 0), black, white, the picture out of
 * focus, noise of every colour, or an input of your own [1, c, h, w].
 */
export type Baseline = (typeof NAMES)[number] | Tensor;

/** Standard deviation of the blur as a share of the shorter side: what a class is told by is gone then. */
const BLUR_SHARE = 1 / 16;

/** The input [1, c, h, w] of a baseline. Throws ArgumentError for what is none, ShapeError for another size. */
export function baselineOf(
  model: Model,
  { input }: Pick<Sample, 'input'>,
  baseline: Baseline,
  stream: number = 0,
): Tensor {
  if (typeof baseline === 'object') {
    if (sameShape(baseline.shape, input.shape)) return baseline;
    throw new ShapeError('the baseline is not as large as the picture', {
      expected: formatShape(input.shape),
      got: formatShape(baseline.shape),
    });
  }
  const name = checkChoice('baseline', baseline, NAMES);
  const [, , height, width] = input.shape as [number, number, number, number];
  if (name === 'blur') return float32(input.shape, blurred(input.data, [height, width]));
  const { mean, std } = model.preprocessing;
  const plane = height * width;
  const inputOf = (value: number, i: number): number => {
    const c = Math.floor(i / plane);
    return (value - mean[c]!) / std[c]!;
  };
  const make = {
    mean: () => 0,
    black: (i: number) => inputOf(0, i),
    white: (i: number) => inputOf(255, i),
    noise: (i: number) => inputOf(Math.floor(256 * uniformAt(stream, i)), i),
  }[name];
  return float32(
    input.shape,
    Float32Array.from(input.data, (_, i) => make(i)),
  );
}

/** Planes [.., h, w] under a Gaussian; the border repeats. */
function blurred(data: ArrayLike<number>, [height, width]: readonly [number, number]): Float32Array {
  const weights = gaussian(BLUR_SHARE * Math.min(height, width));
  const radius = (weights.length - 1) / 2;
  const along = (from: ArrayLike<number>, size: number, step: number): Float32Array => {
    const out = new Float32Array(from.length);
    for (let i = 0; i < out.length; i++) {
      const at = Math.floor(i / step) % size;
      for (let k = -radius; k <= radius; k++) {
        const place = Math.min(Math.max(at + k, 0), size - 1);
        out[i]! += weights[k + radius]! * from[i + (place - at) * step]!;
      }
    }
    return out;
  };
  return along(along(data, width, 1), height, width);
}
