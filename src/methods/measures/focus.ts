import { checkList } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import type { Model, Sample } from '../../engine/model.ts';
import { cutImage, type ImageSource } from '../../models/image.ts';
import { blankPicture, type Picture } from '../../models/picture.ts';
import { toInput } from '../../models/preprocess.ts';
import { upsample } from '../../paint/upsample.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { classIdOf } from '../parts/target.ts';
import {
  checkFinite,
  COST_OF_MAP,
  inputSize,
  times,
  type Cost,
  type Explain,
  type Measured,
  type MeasureOptions,
} from './measure.ts';

/** For the top left, top right, bottom left and bottom right of a mosaic: whether the photo there is of the class. */
export type Cells = readonly [boolean, boolean, boolean, boolean];

/** Four photos in one picture, some of a class and some not. */
export interface Mosaic {
  readonly sample: Pick<Sample, 'input'>;
  readonly target: number | string;
  readonly cells: Cells;
}

export interface FocusOptions extends Omit<MeasureOptions, 'target'> {
  /** What one map takes, where it is not a pass forwards, one to the goal and one back. */
  readonly costOfMap?: Cost | undefined;
}

export interface Focus extends Measured<{ readonly mosaics: number }> {
  /** Of each mosaic. */
  readonly each: readonly number[];
}

const CELLS = 4;

/** A mosaic as a network sees it: of each photo the largest centred part that has the shape of a quarter of the input. */
export async function mosaicOf(
  model: Pick<Model, 'preprocessing'>,
  photos: readonly ImageSource[],
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Pick<Sample, 'crop' | 'input'>> {
  if (checkList('the list of photos', photos, CELLS).length !== CELLS) {
    throw new ArgumentError('a mosaic has four photos', { got: `${photos.length} photos` });
  }
  const { height, width } = model.preprocessing;
  const crop = blankPicture(width, height);
  for (const [cell, photo] of photos.entries()) {
    const [top, bottom] = halfOf(height, cell >> 1);
    const [left, right] = halfOf(width, cell & 1);
    const size = { height: bottom - top, width: right - left };
    const { crop: part } = await cutImage(photo, { ...size, resize: Math.max(size.height, size.width) }, { signal });
    paste(part, crop, top, left);
  }
  return { crop, input: toInput(crop, model.preprocessing) };
}

/** The first or the second half of an axis. */
function halfOf(size: number, half: number): readonly [from: number, to: number] {
  const middle = Math.floor(size / 2);
  return half === 0 ? [0, middle] : [middle, size];
}

function paste(part: Picture, into: Picture, top: number, left: number): void {
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(y * part.width * 4, (y + 1) * part.width * 4);
    into.data.set(row, ((top + y) * into.width + left) * 4);
  }
}

/**
 * Share of a map's positive relevance that lies on the cells of the class, 0…1; 0 where nothing is positive. Channels of a pixel are added
 * up first; a smaller map is enlarged to the size of the mosaic, its positive part.
 */
export function focusOf(map: Tensor, cells: Cells, [height, width]: readonly [number, number]): number {
  checkFinite(map);
  const size = map.shape.slice(-2) as [number, number];
  const plane = size[0] * size[1];
  const sums = new Float64Array(plane);
  for (let i = 0; i < map.data.length; i++) sums[i % plane] = sums[i % plane]! + map.data[i]!;
  const relevance = upsample(
    sums.map((value) => Math.max(value, 0)),
    size,
    [height, width],
  );
  let [inside, all] = [0, 0];
  for (let i = 0; i < relevance.length; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const cell = 2 * Number(y >= Math.floor(height / 2)) + Number(x >= Math.floor(width / 2));
    all += relevance[i]!;
    if (cells[cell]) inside += relevance[i]!;
  }
  return all === 0 ? 0 : inside / all;
}

/**
 * Focus (Arias-Duart et al. 2022): how much of the positive relevance for a class lies on the photos of that class, in mosaics of two that
 * are and two that are not. The value is the mean over all mosaics; more is better, and a map that knows nothing gets 0.5. Needs
 * photos with known classes, and no boxes.
 */
export async function focus(
  model: Model,
  mosaics: readonly Mosaic[],
  explain: Explain,
  { signal, onProgress, costOfMap }: FocusOptions = {},
): Promise<Focus> {
  const began = performance.now();
  await model.open();
  const { height, width } = inputSize(model);
  const each: number[] = [];
  for (const { sample, target, cells } of mosaics) {
    signal?.throwIfAborted();
    const { map } = await explain(model, sample, { target: classIdOf(model, target), signal });
    each.push(focusOf(map, cells, [height, width]));
    onProgress?.({ done: each.length / mosaics.length, curve: { x: each.map((_, i) => i + 1), y: [...each] } });
  }
  return {
    measure: 'focus',
    value: each.reduce((sum, value) => sum + value, 0) / each.length,
    each,
    cost: costOfFocus(each.length, { costOfMap }),
    settings: { mosaics: each.length },
    ms: performance.now() - began,
  };
}

/** What {@link focus} runs for so many mosaics. */
export function costOfFocus(mosaics: number, { costOfMap = COST_OF_MAP }: FocusOptions = {}): Cost {
  return times(mosaics, costOfMap);
}
