import { defineOp, type Op } from '../../ir/op.ts';
import { expectRank, shapeError } from '../internal/check.ts';

/** What may happen to a picture; all of it happens to each by chance of its own. */
export interface AugmentAttributes {
  /** Half of the pictures are mirrored left to right. */
  readonly flip: boolean;
  /** Pixels that they are moved each way at most; what comes in is 0. */
  readonly shift: number;
  /** The least side of the part that is enlarged to the whole, as a share; 1 leaves them whole. */
  readonly crop: number;
  /** Numbers of a channel are multiplied by a factor from 1 − contrast to 1 + contrast, the same for all channels. */
  readonly contrast: number;
  /** What is added to them then, from −brightness to brightness, to each channel on its own. */
  readonly brightness: number;
  /** Side of a square that becomes 0, px (DeVries & Taylor 2017); its middle is anywhere in the picture. */
  readonly cutOut: number;
  /** Whole numbers below 2³². */
  readonly seed: number;
}

/** What is drawn for a picture, in this order; the offsets of its channels are drawn after these. */
export const DRAWS = ['flip', 'down', 'right', 'crop', 'top', 'left', 'contrast', 'cutRow', 'cutColumn'] as const;

/** Pictures [n, c, h, w], step [] → the same pictures, each changed by chance. No gradient passes: they are data. */
export const augment: Op = defineOp<AugmentAttributes>({
  type: 'augment',
  infer: ({ node, attributes: { crop }, inputs: [x, step] }) => {
    expectRank(node, 'the pictures', x!, 4);
    expectRank(node, 'the step', step!, 0);
    if (!(crop > 0 && crop <= 1)) throw shapeError(node, 'the crop makes no sense', 'above 0, at most 1', String(crop));
    return [{ dtype: 'float32', shape: x!.shape }];
  },
});
