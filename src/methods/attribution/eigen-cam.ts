import type { Model, SampleSource } from '../../engine/model.ts';
import { float32 } from '../../tensor/tensor.ts';
import { principalComponents } from '../parts/principal-components.ts';
import { finishMap, layerMaps, weightedMaps, type CamOptions, type LayerAttribution } from './parts/cam.ts';
import { begin } from './parts/job.ts';

/**
 * Eigen-CAM: the activations of each position along the direction in which they vary most (Muhammad & Yeasin 2020, §III), each channel
 * centred over the positions as pytorch-grad-cam does. No class enters, nor does the rest of the network. The direction has no sign of its
 * own: it takes that in which the map goes along with the sum of all channels, so that what is above 0 is where the layer is more
 * active than on average.
 */
export async function eigenCam(
  model: Model,
  picture: SampleSource,
  options: CamOptions = {},
): Promise<LayerAttribution> {
  const job = await begin(model, picture, options);
  const maps = await layerMaps(job, options.layer);
  const { plane, channels, activations } = maps;
  const positions = new Float32Array(plane * channels);
  for (let k = 0; k < channels; k++)
    for (let i = 0; i < plane; i++) positions[i * channels + k] = activations[k * plane + i]!;
  const { scores } = await principalComponents(float32([plane, channels], positions), 1, { signal: job.signal });
  const sums = weightedMaps(maps, () => 1);
  const along = sums.reduce((total, sum, i) => total + sum * scores.data[i]!, 0);
  return finishMap(
    job,
    'eigen-cam',
    maps,
    Float64Array.from(scores.data, (score) => (along < 0 ? -score : score)),
    { ...options, notes: ['It shows where the layer is most active, whatever the target: no class enters.'] },
  );
}
