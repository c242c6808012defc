import type { Model } from '../engine/model.ts';
import type { PresetOptions } from './class-model.ts';
import { featureVisualisation } from './feature-visualisation.ts';
import type { Objective } from './parts/objectives.ts';
import type { Target } from './parts/target.ts';
import type { Snapshot } from './synthesize.ts';

/**
 * The image that excites a unit most, when it is done: the last snapshot of {@link featureVisualisation} (Olah et al. 2017),
 * whose `image` is [n, c, h, w] in the network's input space. Of "layer:channel" the mean of a channel, of "layer" a whole
 * layer's mean square, of a class its unnormalised score; or of any objective.
 *
 * Throws ArgumentError for what does not exist, DivergedError with the last good image, AbortError.
 */
export async function render(
  model: Model,
  of: Objective | Target,
  options: Omit<PresetOptions, 'objective'> = {},
): Promise<Snapshot> {
  let last: Snapshot | undefined;
  for await (last of featureVisualisation(model, of, options));
  return last!;
}
