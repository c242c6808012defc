import { defineOp, type Op } from '../ir/op.ts';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.ts';
import { shapeError } from './internal/check.ts';
import { LOWEST } from './max-pool.ts';

interface StrongestAttributes {
  /** What an entry stands for: an image, by its strongest unit of the channel, or any unit of it. */
  readonly each: 'image' | 'unit';
}

/** Of images that do not count, and of entries that are still free. */
export const NO_IMAGE = 0xffffffff;

const GROUP = 64;

/**
 * The strongest activations of each channel, kept while images stream by: activations x [n, c, h, w] or [n, c], numbers of
 * the images [n], lists of values [c, k] and of places [c, k, 2] (number of the image, position y·w + x) → the lists with
 * these images in them. Ordered by value, NaN first; of equal ones the earlier image comes first, then the first in scan
 * order.
 */
export const strongest: Op = defineOp<StrongestAttributes>({
  type: 'strongest',
  extraOutputs: 1,
  infer: ({ node, inputs: [x, images, values, places] }) => {
    const [n = 0, c = 0] = x!.shape;
    const k = values!.shape[1] ?? 0;
    const expected: readonly Shape[] = [[n], [c, k], [c, k, 2]];
    const got = [images!.shape, values!.shape, places!.shape];
    if (expected.map(formatShape).join() !== got.map(formatShape).join()) {
      const what = 'the lists do not fit the activations';
      throw shapeError(node, what, expected.map(formatShape).join(' and '), got.map(formatShape).join(' and '));
    }
    return [
      { dtype: 'float32', shape: values!.shape },
      { dtype: 'uint32', shape: places!.shape },
    ];
  },
  evaluate: ({ attributes: { each }, inputs: [x, , values] }, [xv, images, valuesBefore, placesBefore]) => {
    const [n, c] = x!.shape as [number, number];
    const k = values!.shape[1]!;
    const plane = sizeOf(x!.shape.slice(2));
    const valuesAfter = valuesBefore!.slice();
    const placesAfter = placesBefore!.slice();
    for (let channel = 0; channel < c; channel++) {
      const list = Array.from({ length: k }, (_, i) => {
        const at = channel * k + i;
        return { value: valuesBefore![at]!, image: placesBefore![2 * at]!, place: placesBefore![2 * at + 1]! };
      });
      for (let i = 0; i < n; i++) {
        if (images![i] === NO_IMAGE) continue;
        const start = (i * c + channel) * plane;
        const units = Array.from({ length: plane }, (_, place) => ({
          value: xv![start + place]!,
          image: images![i]!,
          place,
        }));
        // Sorting keeps the order of equals
        units.sort(byStrength);
        list.push(...units.slice(0, each === 'image' ? 1 : k));
        list.sort(byStrength);
        list.length = k;
      }
      for (const [i, { value, image, place }] of list.entries()) {
        valuesAfter[channel * k + i] = value;
        placesAfter.set([image, place], 2 * (channel * k + i));
      }
    }
    return [valuesAfter, placesAfter];
  },
  launches: ({ attributes: { each }, inputs: [x, images, values, places], outputs }) => {
    const [n, c] = x!.shape as [number, number];
    const k = values!.shape[1]!;
    return [
      {
        shader: 'extra/strongest',
        params: {
          channels: c,
          plane: sizeOf(x!.shape.slice(2)),
          images: n,
          length: k,
          rounds: each === 'image' ? 1 : k,
        },
        bindings: {
          x: x!.name,
          images: images!.name,
          values: values!.name,
          places: places!.name,
          next_values: outputs[0]!.name,
          next_places: outputs[1]!.name,
        },
        threads: [c * GROUP, 1, 1],
      },
    ];
  },
  flops: ({ attributes: { each }, inputs: [x, , values] }) =>
    sizeOf(x!.shape) * (each === 'image' ? 1 : values!.shape[1]!),
});

/** The strongest first, and NaN before it: what holds one is refused by who reads the lists (engine/numbers.ts). */
function byStrength(a: { readonly value: number }, b: { readonly value: number }): number {
  return Number(Number.isNaN(b.value)) - Number(Number.isNaN(a.value)) || b.value - a.value;
}

/** Lists without entries for layers of `channels`: what the first images are compared with. */
export function emptyLists(channels: number, length: number): { values: Float32Array; places: Uint32Array } {
  return {
    values: new Float32Array(channels * length).fill(LOWEST),
    places: new Uint32Array(channels * length * 2).fill(NO_IMAGE),
  };
}
