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
  const rows = samples(h, height, mode);
  const columns = samples(w, width, mode);
  const out = new Float32Array(height * width);
  let i = 0;
  for (const [y0, y1, v] of rows) {
    for (const [x0, x1, u] of columns) {
      const top = map[y0 * w + x0]! * (1 - u) + map[y0 * w + x1]! * u;
      const bottom = map[y1 * w + x0]! * (1 - u) + map[y1 * w + x1]! * u;
      out[i++] = top * (1 - v) + bottom * v;
    }
  }
  return out;
}

/** For each output index two input indices and the weight of the second. */
function samples(inputs: number, outputs: number, mode: 'nearest' | 'bilinear'): (readonly [number, number, number])[] {
  return Array.from({ length: outputs }, (_, i) => {
    const center = ((i + 0.5) * inputs) / outputs;
    if (mode === 'nearest') return [Math.floor(center), Math.floor(center), 0];
    const at = Math.min(Math.max(center - 0.5, 0), inputs - 1);
    const low = Math.floor(at);
    return [low, Math.min(low + 1, inputs - 1), at - low];
  });
}
