import type { TemplateResult } from 'lit';
import { checkChoice, presets, type PresetName } from '../../src/internal.ts';
import { t } from './languages/words.ts';
import { select } from './controls.ts';

const NAMES = Object.keys(presets) as PresetName[];

/** Throws ArgumentError listing the presets. */
export function parsePreset(text: string): PresetName {
  return checkChoice('preset', text, NAMES);
}

export function presetPicker(preset: PresetName, onChange: (preset: PresetName) => void): TemplateResult {
  return select('Preset', NAMES, preset, onChange);
}

/** What the preset is, and where its settings are from. */
export function presetText(name: PresetName): string {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  return preset ? t`${t(preset.title)}. ${t(preset.source)}.` : '';
}
