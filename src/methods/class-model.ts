import type { Model } from '../engine/model.ts';
import { classScore } from './parts/objectives.ts';
import { settingsOf, type PresetName } from './presets.ts';
import { synthesize, type Snapshot, type SynthesisOptions } from './synthesize.ts';

/** A preset, and {@link SynthesisOptions} that replace single ones of its settings. */
export interface PresetOptions extends Partial<SynthesisOptions> {
  readonly preset?: PresetName | undefined;
}

/**
 * What a network takes a class for: the image that has the highest unnormalised score (Simonyan et al. 2014, §2). With
 * the preset `lucid` by default.
 */
export function classModel(
  model: Model,
  target: number | string,
  { preset = 'lucid', objective = classScore(target), ...options }: PresetOptions = {},
): AsyncGenerator<Snapshot, void, undefined> {
  return synthesize(model, { ...settingsOf(preset, options), objective });
}
