import { ArgumentError } from '../errors.ts';
import { MAX_PICTURE_PX } from '../limits.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import { checkList, checkWhole } from '../check.ts';
import { classColour } from './classes.ts';
import { checkRange, type Range } from './range.ts';

const POSITIVE = classColour(0);
const NEGATIVE = classColour(5);

/** Numbers as bars from 0, one pixel wide each, on transparent ground; none where a number is not finite. */
export function paintBars(values: ArrayLike<number>, height: number, range: Range): Picture {
  if (!ArrayBuffer.isView(values)) checkList('the list of values', values as readonly number[]);
  checkWhole('the height', height, 1, MAX_PICTURE_PX);
  checkRange(range);
  const [low, high] = range;
  if (values.length * height > MAX_PICTURE_PX) {
    const got = `${values.length}×${height}`;
    throw new ArgumentError('the bars are too large', { expected: `at most ${MAX_PICTURE_PX} pixels`, got });
  }
  const picture = blankPicture(values.length, height);
  const [bottom, top] = [Math.min(low, 0), Math.max(high, 0)];
  const rowOf = (value: number): number =>
    top > bottom ? Math.round(((top - value) / (top - bottom)) * height) : height;
  const zero = rowOf(0);
  for (let x = 0; x < values.length; x++) {
    const value = values[x]!;
    if (!Number.isFinite(value)) continue;
    const end = Math.min(Math.max(rowOf(value), 0), height);
    const colour = value < 0 ? NEGATIVE : POSITIVE;
    for (let y = Math.min(end, zero); y < Math.max(end, zero); y++) {
      picture.data.set([...colour, 255], (y * picture.width + x) * 4);
    }
  }
  return picture;
}
