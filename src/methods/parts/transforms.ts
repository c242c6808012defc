import { checkChoice, checkList, checkNumber, checkWhole } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { MAX_BLUR, MAX_CHOICES, MAX_IMAGE_SIDE, MAX_JITTER } from '../../limits.ts';
import { appendBlur } from './images.ts';

/** What a transform is built with. */
export interface Chance {
  readonly builder: GraphBuilder;
  /** Appends a row of these by chance, another one in each step; all images of a batch get the same. */
  readonly pick: (rows: readonly (readonly number[])[]) => string;
}

/** Something that happens to images [n, c, h, w] before the network sees them, so that it is not fooled by single pixels. */
export interface Transform {
  readonly describe: () => string;
  readonly apply: (chance: Chance, images: string) => string;
}

/** A border on all sides; of the network's mean colour (0), or of the picture's own mirror image. */
export function pad(width: number, mode: 'constant' | 'reflect' = 'constant'): Transform {
  checkWhole('the width of the border', width, 0, MAX_IMAGE_SIDE);
  checkChoice('mode', mode, ['constant', 'reflect']);
  const border = [0, 0, width, width];
  return {
    describe: () => `pad ${width}`,
    apply: ({ builder }, x) =>
      builder.add('pad', [x], { low: border, high: border, interior: [0, 0, 0, 0], mode, value: 0 }),
  };
}

/** Moves images by up to `distance` pixels each way; what leaves at one side comes back at the other. */
export function jitter(distance: number): Transform {
  checkWhole('jitter', distance, 0, MAX_JITTER);
  const offsets = Array.from({ length: 2 * distance + 1 }, (_, i) => [i - distance]);
  return {
    describe: () => `jitter ${distance}`,
    apply: ({ builder, pick }, x) => (distance === 0 ? x : builder.add('roll', [x, pick(offsets), pick(offsets)])),
  };
}

/** Enlarges images about their middle by one of these factors. */
export function randomScale(factors: readonly number[]): Transform {
  checkList('the list of factors', factors, MAX_CHOICES);
  if (factors.length === 0) throw new ArgumentError('there is no factor to scale by', { expected: 'at least one' });
  for (const factor of factors) checkNumber('a factor', factor, { above: 0 });
  return {
    describe: () => `scale ${Math.min(...factors)}…${Math.max(...factors)}`,
    apply: ({ builder, pick }, x) => builder.add('affine', [x, pick(factors.map((f) => [1 / f, 0, 0, 1 / f]))]),
  };
}

/** Turns images about their middle by one of these angles, in degrees. */
export function randomRotate(degrees: readonly number[]): Transform {
  checkList('the list of angles', degrees, MAX_CHOICES);
  if (degrees.length === 0) throw new ArgumentError('there is no angle to turn by', { expected: 'at least one' });
  for (const angle of degrees) checkNumber('an angle', angle);
  const rows = degrees.map((angle) => {
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    return [cos, sin, -sin, cos];
  });
  return {
    describe: () => `rotate ${Math.min(...degrees)}…${Math.max(...degrees)}°`,
    apply: ({ builder, pick }, x) => builder.add('affine', [x, pick(rows)]),
  };
}

/** Blurs with a Gaussian of this deviation, in pixels. */
export function blur(deviation: number): Transform {
  checkNumber('the deviation', deviation, { above: 0, most: MAX_BLUR });
  return { describe: () => `blur ${deviation}`, apply: ({ builder }, x) => appendBlur(builder, x, deviation) };
}

/** One transform after the other. */
export function compose(...transforms: readonly Transform[]): Transform {
  return {
    describe: () => transforms.map(({ describe }) => describe()).join(', '),
    apply: (chance, x) => transforms.reduce((images, { apply }) => apply(chance, images), x),
  };
}
