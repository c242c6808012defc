/** How much of what maps show lies on the photos of the class, in mosaics of four: Focus, of every method. */
import type { Backend } from '../src/engine/backend.ts';
import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import type { Model } from '../src/engine/model.ts';
import { explanationMethods, type ExplanationName } from '../src/methods/attribution/methods.ts';
import { focus, mosaicOf, type Mosaic } from '../src/methods/measures/focus.ts';
import type { Explain } from '../src/methods/measures/measure.ts';
import { uniformAt } from '../src/methods/attribution/parts/noise.ts';
import { float32 } from '../src/tensor/tensor.ts';
import { loadSqueezeNet } from '../test/goldens/checks.ts';
import { repositoryFile } from '../test/goldens.ts';
import { bootstrapped, type Interval } from './bootstrap.ts';
import { host, measured, type Result } from './host.ts';
import { plannedMosaics, type PlannedMosaic } from './mosaics.ts';

interface Localisation extends Result, Interval {
  /** The same less that of the gradient, mosaic by mosaic; of the gradient itself 0. */
  readonly aboveGradient?: Interval;
  /** Focus of each mosaic, in the order of quality/mosaics.ts. */
  readonly each: readonly number[];
}

const LAYER = 'fire9';
/** Lines of progress of a method. */
const LINES = 4;

/** What a map gets that is made without looking: by chance, or since objects are often in the middle. */
const BASELINES: Readonly<Record<string, Explain>> = {
  chance: ({ input: { shape } }, { input }) => {
    const [height, width] = shape.slice(2) as [number, number];
    // Another one for each picture
    const stream = Math.round(Float64Array.from(input.data).reduce((sum, value) => sum + value, 0)) | 0;
    const map = Float32Array.from({ length: height * width }, (_, i) => uniformAt(stream, i));
    return Promise.resolve({ map: float32([height, width], map) });
  },
  centre: ({ input: { shape } }) => {
    const [height, width] = shape.slice(2) as [number, number];
    const map = Float32Array.from({ length: height * width }, (_, i) => {
      const [y, x] = [(Math.floor(i / width) + 0.5) / height - 0.5, ((i % width) + 0.5) / width - 0.5];
      return Math.max(0, 1 - 2 * Math.hypot(y, x));
    });
    return Promise.resolve({ map: float32([height, width], map) });
  },
};

/** Those that take tens of passes for a map, and hundreds: the last, since their results come hours later where there is no GPU. */
const SLOW: readonly ExplanationName[] = [
  'fullgrad',
  'expected-gradients',
  'integrated-gradients',
  'smoothgrad',
  'smoothgrad-squared',
  'vargrad',
  'ablation-cam',
  'score-cam',
  'rise',
];

/** The gradient first: others are compared with it. */
function methods(): ReadonlyMap<string, Explain> {
  const names = Object.keys(explanationMethods) as ExplanationName[];
  const order = ['gradient', ...names.filter((name) => !SLOW.includes(name)), ...SLOW] as const;
  const all = new Map<string, Explain>();
  for (const name of order) {
    const { run, ofLayer } = explanationMethods[name];
    const explain: Explain = (model, picture, options) =>
      run(model, picture, ofLayer ? { ...options, layer: LAYER } : options);
    all.set(ofLayer ? `${name} ${LAYER}` : name, explain);
    if (name === 'gradient') for (const [baseline, made] of Object.entries(BASELINES)) all.set(baseline, made);
  }
  return all;
}

/** Measures every method that is not known yet. A GPU of software is slower than the CPU. */
export async function localisation(gpu: Backend): Promise<void> {
  const backend = gpu.adapter.software ? await createCpuBackend() : gpu;
  const model = await loadSqueezeNet(backend);
  const { images } = (await (await fetch(repositoryFile('site/corpus/index.json'))).json()) as {
    readonly images: readonly { readonly file: string }[];
  };
  const plan = plannedMosaics(images.map(({ file }) => file.replace(/\.\w+$/, '')));
  const recipe = `SqueezeNet 1.1, ${plan.length} mosaics, ${await digestOf(plan)}`;
  const photosOf = plan.map(({ photos }) => photos);
  let mosaics: readonly Mosaic[] | undefined;
  let gradient: readonly number[] | undefined;
  for (const [name, explain] of methods()) {
    const found = await measured<Localisation>('localisation', name, recipe, async () => {
      mosaics ??= await made(model, plan);
      const each = await focusOfEach(model, mosaics, name, explain);
      const above =
        gradient &&
        bootstrapped(
          each.map((value, i) => value - gradient![i]!),
          photosOf,
        );
      return { ...rounded(bootstrapped(each, photosOf)), ...(above && { aboveGradient: rounded(above) }), each };
    });
    if (name === 'gradient') gradient = found.each;
    const above = found.aboveGradient;
    console.log(`${name}: ${inWords(found)}${above ? `; less the gradient ${inWords(above)}` : ''}`);
    if (host.quick) break;
  }
  model.dispose();
  if (backend !== gpu) backend.dispose();
}

async function made(model: Model, plan: readonly PlannedMosaic[]): Promise<readonly Mosaic[]> {
  const mosaics: Mosaic[] = [];
  for (const { target, photos, cells } of plan) {
    const addresses = photos.map((photo) => repositoryFile(`site/corpus/${photo}.jpg`));
    mosaics.push({ sample: await mosaicOf(model, addresses), target, cells });
  }
  return mosaics;
}

async function focusOfEach(
  model: Model,
  mosaics: readonly Mosaic[],
  name: string,
  explain: Explain,
): Promise<readonly number[]> {
  let said = 0;
  const { each } = await focus(model, mosaics, explain, {
    onProgress: ({ done }) => {
      if (done < (said + 1) / LINES) return;
      said++;
      console.log(`  ${name}: ${Math.round(100 * done)} %`);
    },
  });
  return each.map(fourDigits);
}

const fourDigits = (value: number): number => Number(value.toFixed(4));

function rounded({ mean, low, high }: Interval): Interval {
  return { mean: fourDigits(mean), low: fourDigits(low), high: fourDigits(high) };
}

function inWords({ mean, low, high }: Interval): string {
  return `${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

async function digestOf(plan: readonly PlannedMosaic[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(plan));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
