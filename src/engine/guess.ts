import { ShapeError } from '../errors.ts';
import type { Preprocessing } from '../models/manifest.ts';
import type { OnnxValue } from '../onnx/model.ts';

/** What most exports expect, `colour` for pictures in colour. A figure states what was used, since a file does not say. */
export function guessPreprocessing(
  { name, shape }: OnnxValue,
  colour: Pick<Preprocessing, 'channels' | 'mean' | 'std'>,
): Preprocessing {
  const [, channels, height = 224, width = 224] = shape!.map((n) => (typeof n === 'number' ? n : undefined));
  const size = { height, width, resize: Math.max(Math.round(Math.max(height, width) / 0.875), 1) };
  if (channels === 3) return { ...colour, ...size };
  if (channels === 1) return { channels: 'gray', mean: [0], std: [255], ...size };
  throw new ShapeError('how pictures become inputs of this network must be said', {
    where: name,
    expected: '1 or 3 channels',
    got: `[${shape!.join(', ')}]`,
    remedy: 'Give `preprocessing`.',
  });
}
