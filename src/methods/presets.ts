import { checkChoice } from '../check.ts';
import { blurEvery, bounds, clipContribution, clipNorm, decay } from './parts/constraints.ts';
import { adam, progress, sgd } from './parts/optimisers.ts';
import { fourier, pixels } from './parts/parametrisations.ts';
import { l2Penalty } from './parts/penalties.ts';
import { jitter, pad, randomRotate, randomScale } from './parts/transforms.ts';
import type { SynthesisOptions } from './synthesize.ts';

export type PresetName = 'simonyan' | 'yosinski-1' | 'yosinski-2' | 'yosinski-3' | 'yosinski-4' | 'lucid' | 'fooling';

/** Published settings for images that units like. */
export interface Preset {
  readonly title: string;
  readonly source: string;
  readonly settings: Omit<SynthesisOptions, 'objective'>;
}

/** Noise of deviation 10 about the mean colour (Yosinski et al. 2015's code). */
const YOSINSKI_START = { parametrisation: pixels({ noise: 10 }) };
const YOSINSKI = 'Yosinski et al. 2015, table 1; flags of their optimize_image.py';

export const presets: Readonly<Record<PresetName, Preset>> = {
  simonyan: {
    title: 'Class model with an L2 penalty, from the mean colour',
    source: 'Simonyan, Vedaldi & Zisserman 2014, §2; they give neither λ nor the rate',
    settings: {
      parametrisation: pixels(),
      optimiser: sgd(100, { normalise: 'l2' }),
      penalties: [l2Penalty(1e-5)],
      steps: 256,
      redirectedSteps: 16,
    },
  },
  'yosinski-1': {
    title: 'Blur and clipped small norms',
    source: YOSINSKI,
    settings: {
      ...YOSINSKI_START,
      optimiser: progress(2, 100),
      constraints: [blurEvery(0.5, 4), clipNorm(50), bounds()],
      steps: 500,
    },
  },
  'yosinski-2': {
    title: 'Strong decay and clipped small norms',
    source: YOSINSKI,
    settings: {
      ...YOSINSKI_START,
      optimiser: sgd(100),
      constraints: [decay(0.3), clipNorm(20), bounds()],
      steps: 750,
    },
  },
  'yosinski-3': {
    title: 'Weak decay and a stronger blur',
    source: `${YOSINSKI}; used for most of their figures`,
    settings: {
      ...YOSINSKI_START,
      optimiser: sgd(100),
      constraints: [decay(1e-4), blurEvery(1, 4), bounds()],
      steps: 1000,
    },
  },
  'yosinski-4': {
    title: 'Blur and clipped small contributions',
    source: YOSINSKI,
    settings: {
      ...YOSINSKI_START,
      optimiser: progress(2, 1e8),
      constraints: [blurEvery(0.5, 4), clipContribution(90), bounds()],
      steps: 1000,
    },
  },
  lucid: {
    title: 'Fourier, decorrelated colours, robust to shifts, scales and turns',
    source: 'Olah, Mordvintsev & Schubert 2017; settings of Lucid 0.3',
    settings: {
      parametrisation: fourier(),
      transforms: [
        pad(12),
        jitter(4),
        randomScale(Array.from({ length: 11 }, (_, i) => 1 + (i - 5) / 50)),
        randomRotate([...Array.from({ length: 21 }, (_, i) => i - 10), 0, 0, 0, 0, 0]),
        jitter(2),
      ],
      optimiser: adam(0.05),
      steps: 512,
      redirectedSteps: 16,
    },
  },
  fooling: {
    title: 'Noise that the network is sure about',
    source: 'after Nguyen, Yosinski & Clune 2015, who used evolution and gradients',
    settings: {
      parametrisation: pixels({ noise: 40 }),
      optimiser: sgd(1, { normalise: 'sign' }),
      constraints: [bounds()],
      steps: 64,
    },
  },
};

const NAMES = Object.keys(presets) as PresetName[];

/** A preset with single settings replaced. */
export function settingsOf(preset: PresetName, replaced: Partial<SynthesisOptions>): Preset['settings'] {
  return replacing(presets[checkChoice('preset', preset, NAMES)].settings, replaced);
}

/** Settings with those that are given in place of them. */
export function replacing<T extends object>(settings: T, given: Partial<SynthesisOptions>): T {
  return { ...settings, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
