import type { Model, SampleSource } from '../../engine/model.ts';
import { finishMap, layerSignals, type CamOptions, type LayerAttribution } from './parts/cam.ts';
import { EXCITATION } from './parts/excitation-rules.ts';
import { begin } from './parts/job.ts';

/**
 * Excitation backpropagation: the chance that a walk which starts at the target, and at each unit goes on to one that excites it, in
 * proportion to how strongly, comes by a position of a layer; added over the channels (Zhang et al. 2016, §3). The map adds up to 1, but for
 * walks that end at units that nothing excites. It assumes activations that are not negative, as behind a ReLU; biases take no part. A
 * contrast is the difference of two walks.
 */
export async function excitationBackprop(
  model: Model,
  picture: SampleSource,
  options: CamOptions = {},
): Promise<LayerAttribution> {
  const job = await begin(model, picture, options);
  const { gradient, plane, ...layer } = await layerSignals(job, options.layer, {
    key: 'excitation',
    ...EXCITATION,
  });
  const map = new Float64Array(plane);
  for (let i = 0; i < gradient.length; i++) map[i % plane]! += gradient[i]!;
  return finishMap(job, 'excitation-backprop', layer, map, options);
}
