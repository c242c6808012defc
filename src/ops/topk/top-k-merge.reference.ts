import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { NO_IMAGE, type TopKMergeAttributes } from './top-k-merge.ts';

/** The strongest first, and NaN before it: what holds one is refused by who reads the lists (engine/numbers.ts). */
function byStrength(a: { readonly value: number }, b: { readonly value: number }): number {
  return Number(Number.isNaN(b.value)) - Number(Number.isNaN(a.value)) || b.value - a.value;
}

export const topKMerge: Reference<TopKMergeAttributes> = (
  { attributes: { each }, inputs: [x, , values] },
  [xv, images, valuesBefore, placesBefore],
) => {
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
};
