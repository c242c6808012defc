import type { Reference } from '../../ir/op.ts';
import { DRAWS, type AugmentAttributes } from './augment.ts';
import { chance } from '../internal/chance.ts';

/** What is drawn for a picture. */
type Drawn = Readonly<Record<(typeof DRAWS)[number], number>>;

export const augment: Reference<AugmentAttributes> = ({ attributes, inputs: [x] }, [pictures, step]) => {
  const { flip, shift, crop, contrast, brightness, cutOut, seed } = attributes;
  const [n, c, h, w] = x!.shape as [number, number, number, number];
  const y = new Float64Array(pictures!.length);
  const share = (bits: number): number => (bits >>> 8) / 2 ** 24;
  const below = (bits: number, count: number): number => Math.floor((bits >>> 16) * (count / 2 ** 16));
  for (let image = 0; image < n; image++) {
    const bits = (draw: number): number => chance(seed, draw, step![0]!, image);
    const drawn = Object.fromEntries(DRAWS.map((name, i) => [name, bits(i)])) as Drawn;
    const size = 1 - share(drawn.crop) * (1 - crop);
    const down = below(drawn.down, 2 * shift + 1) - shift + share(drawn.top) * (1 - size) * (h - 1);
    const right = below(drawn.right, 2 * shift + 1) - shift + share(drawn.left) * (1 - size) * (w - 1);
    const mirrored = flip && drawn.flip >>> 31 === 1;
    const gain = 1 + contrast * (2 * share(drawn.contrast) - 1);
    const cutTop = below(drawn.cutRow, h) - (cutOut >> 1);
    const cutLeft = below(drawn.cutColumn, w) - (cutOut >> 1);
    for (let channel = 0; channel < c; channel++) {
      const plane = (image * c + channel) * h * w;
      const offset = brightness * (2 * share(bits(DRAWS.length + channel)) - 1);
      const pixel = (row: number, column: number): number =>
        row >= 0 && row < h && column >= 0 && column < w ? pictures![plane + row * w + column]! : 0;
      for (let row = 0; row < h; row++) {
        for (let column = 0; column < w; column++) {
          if (row >= cutTop && row < cutTop + cutOut && column >= cutLeft && column < cutLeft + cutOut) continue;
          const [v, u] = [row * size + down, (mirrored ? w - 1 - column : column) * size + right];
          const [top, left] = [Math.floor(v), Math.floor(u)];
          const line = (at: number): number => {
            const [a, b] = [pixel(at, left), pixel(at, left + 1)];
            return a + (u - left) * (b - a);
          };
          const [above, under] = [line(top), line(top + 1)];
          y[plane + row * w + column] = gain * (above + (v - top) * (under - above)) + offset;
        }
      }
    }
  }
  return [y];
};
