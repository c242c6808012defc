import { ShapeError } from '../errors.ts';
import type { Preprocessing } from '../models/manifest.ts';
import { isSize, type PictureInput } from './picture-input.ts';

/** Side of pictures where the file leaves it open, px: what most published networks take. */
const USUAL_PX = 224;

/** What most exports expect, `colour` for pictures in colour. A figure states what was used, since a file does not say. */
export function guessPreprocessing(
  input: PictureInput,
  colour: Pick<Preprocessing, 'channels' | 'mean' | 'std'>,
): Preprocessing {
  const { name, channels } = input;
  const [height, width] = [input.height, input.width].map((n) => (isSize(n) ? n : USUAL_PX)) as [number, number];
  const size = { height, width, resize: Math.max(Math.round(Math.max(height, width) / 0.875), 1) };
  if (channels === 3) return { ...colour, ...size };
  if (channels === 1) return { channels: 'gray', mean: [0], std: [255], ...size };
  throw new ShapeError('it is not known how pictures become inputs of this network', {
    where: `input "${name}"`,
    expected: '1 channel (grey) or 3 (colour)',
    got: isSize(channels) ? String(channels) : 'an open number of channels',
    remedy: isSize(channels) ? 'Pictures have no other channels.' : 'Give `preprocessing`.',
  });
}
