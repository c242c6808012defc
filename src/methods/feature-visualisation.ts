import type { Model } from '../engine/model.ts';
import type { PresetOptions } from './class-model.ts';
import { objectiveOf } from './parts/objective-of.ts';
import type { Objective } from './parts/objectives.ts';
import type { Target } from './parts/target.ts';
import { settingsOf } from './presets.ts';
import { synthesize, type Snapshot } from './synthesize.ts';

/**
 * What excites a unit, a channel, a direction, a whole layer or a class most (Erhan et al. 2009; Olah et al. 2017): an
 * objective, or what {@link objectiveOf} makes one of, such as "fire5:17". With the preset `lucid` by default.
 */
export function featureVisualisation(
  model: Model,
  of: Objective | Target,
  { preset = 'lucid', ...options }: Omit<PresetOptions, 'objective'> = {},
): AsyncGenerator<Snapshot, void, undefined> {
  return synthesize(model, { ...settingsOf(preset, options), objective: objectiveOf(model, of) });
}
