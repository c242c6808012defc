import { checkNumber, checkWhole, shown } from '../../check.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { MAX_BLUR, MAX_STEPS } from '../../limits.ts';
import { formatShape, sameShape, sizeOf } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mix, passWhere, scale, square } from './arithmetic.ts';
import { appendBlur, toSteps, WHITE, withinBounds } from './images.ts';
import type { Canvas } from './parametrisations.ts';

/** An image after a step of the optimiser. */
export interface Stepped {
  readonly builder: GraphBuilder;
  readonly canvas: Canvas;
  /** Gradient of the objective at the image before the step [n, c, h, w]. */
  readonly gradient: string;
  /** Scalar: 0 after the first step. */
  readonly step: string;
  /** Appends a scalar that may change while it runs. */
  readonly setting: (name: string, value: number) => string;
}

/** What is done to the pixels after each step. */
export interface Constraint {
  readonly describe: () => string;
  /** Appends what becomes of the image [n, c, h, w]. */
  readonly apply: (stepped: Stepped, image: string) => string;
}

/** x ← (1 − share) · x, towards the network's mean colour. */
export function decay(share: number): Constraint {
  checkNumber('the share that decays', share, { least: 0, most: 1 });
  return { describe: () => `decay ${share}`, apply: ({ builder }, x) => scale(builder, x, 1 - share) };
}

/** A Gaussian blur after the first step and then every so many. */
export function blurEvery(deviation: number, steps: number): Constraint {
  checkNumber('the deviation', deviation, { above: 0, most: MAX_BLUR });
  checkWhole('the number of steps between blurs', steps, 1, MAX_STEPS);
  return {
    describe: () => `blur ${deviation} every ${steps}`,
    apply: ({ builder, step }, x) => {
      const blurred = appendBlur(builder, x, deviation);
      if (steps === 1) return blurred;
      const turns = builder.add('div', [step, builder.scalar(steps)]);
      const since = builder.add('sub', [turns, builder.add('floor', [turns])]);
      const now = passWhere(builder, since, builder.scalar(1), [-Infinity, 0.5 / steps]);
      return mix(builder, now, blurred, x);
    },
  };
}

/** Sets this percentage of the pixels, those of the smallest norm, to zero. */
export function clipNorm(percent: number): Constraint {
  return smallest('norm', percent, ({ builder }, x) =>
    builder.add('sqrt', [builder.add('reduce', [square(builder, x)], { mode: 'sum', axes: [1], keepdims: true })]),
  );
}

/** Sets this percentage of the pixels, those that matter least to the objective by |Σ x · gradient|, to zero. */
export function clipContribution(percent: number): Constraint {
  return smallest('contribution', percent, ({ builder, gradient }, x) =>
    builder.add('abs', [
      builder.add('reduce', [builder.add('mul', [x, gradient])], { mode: 'sum', axes: [1], keepdims: true }),
    ]),
  );
}

/** Small values of a size of each pixel [n, 1, h, w] (Yosinski et al. 2015, §4). */
function smallest(by: string, percent: number, sizeOfPixels: (stepped: Stepped, image: string) => string): Constraint {
  checkNumber('the percentage', percent, { least: 0, most: 100 });
  return {
    describe: () => `clip the smallest ${percent} % by ${by}`,
    apply: (stepped, x) => {
      const { builder } = stepped;
      const sizes = sizeOfPixels(stepped, x);
      const rank = Math.ceil((percent / 100) * (sizeOf(builder.value(sizes).shape) - 1));
      const limit = builder.add('order-statistic', [sizes], { rank });
      // 1 where a pixel is as large as the limit or larger
      const below = builder.add('sign', [builder.add('relu', [builder.add('sub', [limit, sizes])])]);
      return builder.add('mul', [x, builder.add('sub', [builder.scalar(1), below])]);
    },
  };
}

/** Keeps pixels between black and white. */
export function bounds(): Constraint {
  return {
    describe: () => 'valid pixels',
    apply: ({ builder, canvas }, x) => withinBounds(builder, x, canvas.preprocessing),
  };
}

/** Keeps each pixel within `epsilon` 8-bit steps of an input of the network [n, c, h, w]. The setting `epsilon` may change. */
export function ball(around: Tensor, epsilon: number): Constraint {
  if (checkNumber('epsilon', epsilon, { most: WHITE }) <= 0) {
    throw new ArgumentError('no image but the original is that near', {
      expected: 'epsilon above 0',
      got: shown(epsilon),
    });
  }
  return {
    describe: () => `within ${epsilon} of the original`,
    apply: ({ builder, canvas, setting }, x) => {
      const { shape } = builder.value(x);
      if (!sameShape(around.shape, shape)) {
        const [expected, got] = [formatShape(shape), formatShape(around.shape)];
        throw new ShapeError('the original has another shape', { expected, got });
      }
      const centre = builder.constant('original', toSteps(around, canvas.preprocessing));
      const most = setting('epsilon', epsilon);
      const change = builder.add('sub', [x, centre]);
      const limited = builder.add('min', [builder.add('max', [change, builder.add('neg', [most])]), most]);
      return builder.add('add', [centre, limited]);
    },
  };
}
