import { inFloat64 } from '../internal/float64.loop.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { overTensors, type Numbers } from '../internal/loops.ts';
import { topKMerge as reference } from './top-k-merge.reference.ts';
import type { Loop } from '../loop.ts';
import { NO_IMAGE, type TopKMergeAttributes } from './top-k-merge.ts';

/** The strongest first, and NaN before it. */
function isStronger(a: number, b: number): boolean {
  return a > b || (a !== a && b === b);
}

/** A list of one channel: k values, and so many images and places from `start` on. */
interface List {
  readonly values: Numbers;
  readonly places: Numbers;
  readonly start: number;
  readonly k: number;
}

/** Puts a unit where it belongs: behind its equals, before what is weaker. */
function insert({ values, places, start, k }: List, value: number, image: number, place: number): void {
  let at = start + k;
  while (at > start && isStronger(value, values[at - 1]!)) at--;
  if (at === start + k) return;
  values.copyWithin(at + 1, at, start + k - 1);
  places.copyWithin(2 * (at + 1), 2 * at, 2 * (start + k - 1));
  values[at] = value;
  places[2 * at] = image;
  places[2 * at + 1] = place;
}

export const topKMerge: Loop<TopKMergeAttributes> = (context, machine) => {
  const { attributes, inputs } = context;
  const [x, , lists] = inputs;
  const [n, c] = x!.shape as [number, number];
  const k = lists!.shape[1]!;
  const plane = sizeOf(x!.shape.slice(2));
  if (context.outputs.length < 2) return inFloat64(reference, context, machine);
  const operations = 2 * n * c * plane;
  return overTensors(context, machine, [c, operations], ({ inputs: numbers, outputs: [values, places] }, from, to) => {
    const [xv, images, valuesBefore, placesBefore] = numbers;
    values!.set(valuesBefore!.subarray(from * k, to * k), from * k);
    places!.set(placesBefore!.subarray(2 * from * k, 2 * to * k), 2 * from * k);
    for (let channel = from; channel < to; channel++) {
      const list = { values: values!, places: places!, start: channel * k, k };
      for (let i = 0; i < n; i++) {
        const image = images![i]!;
        if (image === NO_IMAGE) continue;
        const start = (i * c + channel) * plane;
        if (attributes.each === 'image') {
          let strongest = 0;
          for (let place = 1; place < plane; place++)
            if (isStronger(xv![start + place]!, xv![start + strongest]!)) strongest = place;
          insert(list, xv![start + strongest]!, image, strongest);
        } else for (let place = 0; place < plane; place++) insert(list, xv![start + place]!, image, place);
      }
    }
  });
};
