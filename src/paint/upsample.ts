import { checkChoice, checkList, checkWhole } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_PICTURE_PX } from '../limits.ts';
import { checkSize } from './map.ts';

/**
 * Scales a map [h,w] to [height,width]; pixel centres at half integers (`align_corners=False`), the border repeated.
 * `nearest` shows the true resolution of a map, `bilinear` is what Grad-CAM's figures use.
 */
export function upsample(
  map: ArrayLike<number>,
  from: readonly [height: number, width: number],
  to: readonly [height: number, width: number],
  mode: 'nearest' | 'bilinear' = 'bilinear',
): Float32Array<ArrayBuffer> {
  checkList('the size of the map', from, 2);
  checkList('the size', to, 2);
  const [[h, w], [height, width]] = [from, to];
  checkSize(map, from);
  checkChoice('mode', mode, ['nearest', 'bilinear']);
  for (const side of [h, w, height, width]) checkWhole('a side of the map', side, 1, MAX_PICTURE_PX);
  if (height * width > MAX_PICTURE_PX) {
    const got = `${height}×${width}`;
    throw new ArgumentError('the map is too large', { expected: `at most ${MAX_PICTURE_PX} values`, got });
  }
  return interpolate(map, w, samples(h, height, mode), samples(w, width, mode));
}

/** A map of so many columns at the rows and columns that lie where these say. */
export function interpolate(
  map: ArrayLike<number>,
  w: number,
  rows: readonly Sample[],
  columns: readonly Sample[],
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length * columns.length);
  let i = 0;
  for (const { low, high, share: v } of rows) {
    const [top, bottom] = [low * w, high * w];
    for (const { low: left, high: right, share: u } of columns) {
      const above = map[top + left]! * (1 - u) + map[top + right]! * u;
      const below = map[bottom + left]! * (1 - u) + map[bottom + right]! * u;
      out[i++] = above * (1 - v) + below * v;
    }
  }
  return out;
}

/** Two elements that one is made of. */
export interface Sample {
  readonly low: number;
  readonly high: number;
  /** Of the one at `high`. */
  readonly share: number;
}

/** For each output index two input indices. */
function samples(inputs: number, outputs: number, mode: 'nearest' | 'bilinear'): Sample[] {
  return Array.from({ length: outputs }, (_, i) => {
    const center = ((i + 0.5) * inputs) / outputs;
    if (mode === 'nearest') return { low: Math.floor(center), high: Math.floor(center), share: 0 };
    const at = Math.min(Math.max(center - 0.5, 0), inputs - 1);
    const low = Math.floor(at);
    return { low, high: Math.min(low + 1, inputs - 1), share: at - low };
  });
}
