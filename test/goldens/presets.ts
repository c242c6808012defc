import type { Model } from '../../src/engine/model.ts';
import { classScore } from '../../src/methods/parts/objectives.ts';
import { presets, type PresetName } from '../../src/methods/presets.ts';
import { Synthesis } from '../../src/methods/synthesize.ts';
import type { Row } from './report.ts';

const STEPS = 3;

/**
 * The score of a class after a few steps of a preset, against the same steps at rate 0: decay, blur and clipped pixels
 * alone change the score of noise, most of them for the worse.
 */
export async function checkPreset(
  name: PresetName,
  subject: string,
  model: Model,
  target: number,
  report: (row: Row) => void,
): Promise<void> {
  const { settings } = presets[name];
  const scoreAt = async (rate?: number): Promise<number> => {
    const synthesis = await Synthesis.create(model, { ...settings, objective: classScore(target), steps: STEPS + 1 });
    try {
      if (rate !== undefined) synthesis.set('rate', rate);
      const redirected = synthesis.redirectedSteps > 0;
      const { terms } = await synthesis.advance(await synthesis.begin(), STEPS + 1, redirected);
      return terms[0]!.value;
    } finally {
      synthesis.dispose();
    }
  };
  const value = (await scoreAt()) - (await scoreAt(0));
  const measure = `score gained in ${STEPS} steps`;
  report({ subject: `presets, ${subject}`, quantity: name, measure, value, bound: 1e-3, atLeast: true });
}

export const PRESETS = Object.keys(presets) as readonly PresetName[];
