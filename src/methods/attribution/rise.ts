import { checkNumber, checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { MAX_MASKS } from '../../limits.ts';
import { float32 } from '../../tensor/tensor.ts';
import { readings } from '../parts/scores.ts';
import { shapeOfInput } from './parts/batches.ts';
import { begin, finish, type ExplainOptions, type Explanation } from './parts/job.ts';
import { behindMasks, mirrored, scaledBy } from './parts/masked.ts';
import { checkSeed, uniformAt } from './parts/noise.ts';
import { scoreOf } from './parts/target.ts';

export interface RiseOptions extends ExplainOptions {
  /** Masks; 256 by default. The paper took 4000 and 8000. */
  readonly masks?: number | undefined;
  /** Cells along each side of the grid that a mask is made of; 7 by default. */
  readonly cells?: number | undefined;
  /** Share of the cells that are seen; 0.5 by default. */
  readonly seen?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * RISE: the mean of random masks, each weighted with how likely the class is behind it (Petsiuk, Das & Saenko 2018, §3), divided by the
 * share that is seen. Of a unit or a contrast its activation is the weight. Nothing is known of the network but its answers; each map is
 * a sample of chance, the same for the same seed, and with few masks their outlines stay in it.
 */
export async function rise(
  model: Model,
  picture: SampleSource,
  { masks = 256, cells = 7, seen = 0.5, seed = 0, ...options }: RiseOptions = {},
): Promise<Explanation> {
  checkWhole('the number of masks', masks, 1, MAX_MASKS);
  checkSeed(seed);
  checkNumber('the share that is seen', seen, { above: 0, most: 1 });
  const [, height, width] = shapeOfInput(model) as [number, number, number];
  checkWhole('the number of cells', cells, 2, Math.min(height, width));
  const job = await begin(model, picture, options);
  const { classId } = job.goal;
  const maskOf = (k: number): Float32Array => riseMask([height, width], { cells, seen, stream: seed + k });
  const sums = new Float64Array(height * width);
  for await (const { index, values } of behindMasks(job, masks, maskOf)) {
    const weight = classId === undefined ? scoreOf(job.goal, values) : readings(model.head, values)[classId]!;
    const mask = maskOf(index);
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * mask[i]!;
  }
  const scale = 1 / (masks * seen);
  return finish(job, 'rise', {
    map: float32(
      [height, width],
      sums.map((sum) => sum * scale),
    ),
  });
}

/** A mask [h, w] of 0…1: a grid of cells that are seen or not, made larger than the picture, of which a part is taken by chance. */
export function riseMask(
  [height, width]: readonly [number, number],
  { cells, seen, stream }: { readonly cells: number; readonly seen: number; readonly stream: number },
): Float32Array<ArrayBuffer> {
  const count = cells ** 2;
  const grid = Array.from({ length: count }, (_, i) => (uniformAt(stream, i) < seen ? 1 : 0));
  const [down, right] = [Math.ceil(height / cells), Math.ceil(width / cells)];
  const size = [(cells + 1) * down, (cells + 1) * right] as const;
  const large = scaledBy(mirrored, grid, [cells, cells], size);
  const top = Math.floor(uniformAt(stream, count) * down);
  const left = Math.floor(uniformAt(stream, count + 1) * right);
  const mask = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * size[1] + left;
    mask.set(large.subarray(from, from + width), y * width);
  }
  return mask;
}
