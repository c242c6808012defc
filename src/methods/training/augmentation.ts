import { checkNumber, checkWhole } from '../../check.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { MAX_IMAGE_SIDE } from '../../limits.ts';

/** What happens to pictures before the network sees them, in each step something else, to each picture by chance of its own. */
export interface Augmentation {
  readonly describe: () => string;
  /** Appends pictures [n, c, h, w], changed by the chance of a step. */
  readonly append: (builder: GraphBuilder, x: string, step: string, seed: number) => string;
}

export interface AugmentationOptions {
  /** Mirrors half of the pictures left to right; false by default. */
  readonly flip?: boolean;
  /** Moves them by up to so many pixels each way; what comes in is 0. None by default. */
  readonly shift?: number;
  /** Enlarges a part to the whole, whose side is at least this share of it; 1, the whole, by default. */
  readonly crop?: number;
  /** Multiplies the numbers by a factor from 1 − contrast to 1 + contrast; 0 by default. */
  readonly contrast?: number;
  /** Adds a number from −brightness to brightness to each channel; 0 by default. In the numbers that the network sees. */
  readonly brightness?: number;
  /** Covers a square of this side with 0 (DeVries & Taylor 2017), px; 0, none, by default. */
  readonly cutOut?: number;
}

/** Makes of each picture many. Throws ArgumentError. */
export function augmentation(options: AugmentationOptions = {}): Augmentation {
  const { flip = false, shift = 0, crop = 1, contrast = 0, brightness = 0, cutOut = 0 } = options;
  checkWhole('shift', shift, 0, MAX_IMAGE_SIDE);
  checkNumber('crop', crop, { above: 0, most: 1 });
  checkNumber('contrast', contrast, { least: 0, most: 1 });
  checkNumber('brightness', brightness, { least: 0 });
  checkWhole('cutOut', cutOut, 0, MAX_IMAGE_SIDE);
  const attributes = { flip, shift, crop, contrast, brightness, cutOut };
  const says = [
    flip && 'mirrored',
    shift > 0 && `moved by up to ${shift} px`,
    crop < 1 && `cropped to ${crop}`,
    (contrast > 0 || brightness > 0) && 'recoloured',
    cutOut > 0 && `a square of ${cutOut} px covered`,
  ].filter((part) => part !== false);
  return {
    describe: () => says.join(', ') || 'as they are',
    append: (builder, x, step, seed) =>
      says.length === 0 ? x : builder.add('augment', [x, step], { ...attributes, seed: seed >>> 0 }),
  };
}
