import type { Model } from '../engine/model.ts';
import type { PresetOptions } from './class-model.ts';
import type { Objective } from './parts/objectives.ts';
import { settingsOf } from './presets.ts';
import { synthesize, type Snapshot } from './synthesize.ts';

/**
 * What excites a unit, a channel, a direction or a whole layer most (Erhan et al. 2009; Olah et al. 2017). With the preset
 * `lucid` by default.
 */
export function featureVisualisation(
  model: Model,
  objective: Objective,
  { preset = 'lucid', ...options }: Omit<PresetOptions, 'objective'> = {},
): AsyncGenerator<Snapshot, void, undefined> {
  return synthesize(model, { ...settingsOf(preset, options), objective });
}
