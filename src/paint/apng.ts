import { checkWhole } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { checkPicture, type Picture } from '../models/picture.ts';
import { chunk, deflated, headerOf, pngOf, uint32 } from './png-file.ts';

/** A picture of an animation. */
export interface ApngFrame {
  readonly picture: Picture;
  /** How long it is shown, up to 65,535 ms. */
  readonly ms: number;
}

/**
 * Pictures of one size as an animated PNG file that repeats for ever, with their exact values (PNG, 3rd edition, §4.9).
 * Programs that know still pictures only show the last one.
 */
export async function toApng(frames: Iterable<ApngFrame>): Promise<Blob> {
  let first: Picture | undefined;
  let last: Uint8Array | undefined;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (const { picture, ms } of frames) {
    checkPicture(picture);
    checkWhole('the duration of a frame, in ms,', ms, 0, 65_535);
    first ??= picture;
    const [expected, got] = [first, picture].map(({ width, height }) => `${width}×${height}`) as [string, string];
    if (got !== expected) throw new ShapeError('the pictures of an animation differ in size', { expected, got });
    last = await deflated(picture);
    const place = uint32(chunks.length, picture.width, picture.height, 0, 0);
    // Duration in thousandths of a second; each is shown instead of the one before
    chunks.push(chunk('fcTL', place, [ms >> 8, ms, 1000 >> 8, 1000, 0, 0]));
    chunks.push(chunk('fdAT', uint32(chunks.length), last));
  }
  if (!first || !last) throw new ArgumentError('there is nothing to animate', { expected: 'at least one picture' });
  return pngOf([headerOf(first), chunk('acTL', uint32(chunks.length / 2, 0)), chunk('IDAT', last), ...chunks]);
}
