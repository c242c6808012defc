import type { Model, SampleSource } from '../../engine/model.ts';
import { softmax } from '../parts/scores.ts';
import { shapeOfInput } from './parts/batches.ts';
import {
  finishMap,
  layerMaps,
  weightedMaps,
  type CamOptions,
  type LayerAttribution,
  type LayerMaps,
} from './parts/cam.ts';
import { begin } from './parts/job.ts';
import { behindMasks, cornersAligned, scaledBy } from './parts/masked.ts';
import { scoreOf } from './parts/target.ts';

/** Keeps a denominator from 0, as in pytorch-grad-cam 1.5.7. */
const EPSILON = 1e-8;

/**
 * Score-CAM: feature maps weighted with the softmax, over the channels, of the target's score for the picture behind each map scaled to
 * 0…1 (Wang et al. 2020, §3.2). It needs no gradient, and a forward pass for each channel. As the softmax is of unnormalised scores, one
 * channel often has nearly all the weight; an error of 0.01 in its score moves the map by a hundredth.
 */
export async function scoreCam(
  model: Model,
  picture: SampleSource,
  options: CamOptions = {},
): Promise<LayerAttribution> {
  const job = await begin(model, picture, options);
  const maps = await layerMaps(job, options.layer);
  const [, height, width] = shapeOfInput(model) as [number, number, number];
  const scores = new Float64Array(maps.channels);
  for await (const { index, values } of behindMasks(job, maps.channels, (k) => maskOf(maps, k, [height, width])))
    scores[index] = scoreOf(job.goal, values);
  const weights = softmax(scores);
  return finishMap(
    job,
    'score-cam',
    maps,
    weightedMaps(maps, (k) => weights[k]!),
    options,
  );
}

/** A feature map over the picture, scaled to 0…1; nothing but zeros where it is the same everywhere. */
function maskOf(
  { activations, plane, height, width }: LayerMaps,
  channel: number,
  size: readonly [number, number],
): Float32Array {
  const map = activations.subarray(channel * plane, (channel + 1) * plane);
  const mask = scaledBy(cornersAligned, map, [height, width], size);
  const least = mask.reduce((a, b) => Math.min(a, b));
  const most = mask.reduce((a, b) => Math.max(a, b));
  return mask.map((value) => (value - least) / (most - least + EPSILON));
}
