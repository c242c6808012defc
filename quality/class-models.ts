import type { Model } from '../src/engine/model.ts';
import { classScore } from '../src/methods/parts/objectives.ts';
import { verdictOn } from '../src/methods/parts/verdict.ts';
import { presets, type PresetName } from '../src/methods/presets.ts';
import { Synthesis } from '../src/methods/synthesize.ts';
import { toInput, toPicture } from '../src/models/preprocess.ts';
import { toPng } from '../src/paint/png.ts';
import { randomNumbers } from '../src/tensor/random.ts';
import { host, keepPicture, measured, type Result } from './host.ts';
import type { Judge, Opinion } from './judge.ts';

const DEFAULT: PresetName = 'lucid';
/** Classes of the default preset, and of each other one. */
const CLASSES = 20;
const FEWER = 3;
const SEED = 20;
const ENOUGH = 0.9;
const MOST_STEPS = 512;
/** Steps between looks at the saved image. */
const LOOK = 16;
/** The default preset's images grow up to this step, for the other network to judge once more. */
const GROWN = 128;

/** What is thought of an image as it could be saved, rounded to 8 bits. */
interface Look {
  readonly step: number;
  readonly probability: number;
  /** Of the network that took no part. */
  readonly judge: Opinion;
}

interface ClassModelResult extends Result {
  readonly class: string;
  /** When the network was sure, or at the end. */
  readonly sure: Look;
  /** With the default preset: later, if it was sure before. */
  readonly grown?: Look;
  readonly msPerStep: number;
}

/** How sure a network is of its own class models, and what another one takes them for. */
export async function classModels(model: Model, judge: Judge): Promise<void> {
  const chosen = someClasses();
  const others = Object.keys(presets).filter((name) => name !== DEFAULT) as PresetName[];
  for (const preset of [DEFAULT, ...others]) {
    const results: ClassModelResult[] = [];
    for (const id of chosen.slice(0, host.quick ? 1 : preset === DEFAULT ? CLASSES : FEWER)) {
      const grown = (): Promise<Omit<ClassModelResult, 'recipe'>> => grow(model, judge, preset, id);
      const result = await measured<ClassModelResult>('class-models', `${preset} ${id}`, recipeOf(preset), grown);
      results.push(result);
      console.log(describe(preset, result));
    }
    console.log(summary(preset, results));
  }
}

function describe(preset: PresetName, { class: name, sure, grown, msPerStep }: ClassModelResult): string {
  const looks = [sure, ...(grown ? [grown] : [])].map(({ step, probability, judge: { rank, top } }) =>
    [
      `step ${String(step).padStart(3)}: ${probability.toFixed(4)}`,
      `for EfficientNet-Lite0 in place ${rank}`,
      ...(rank > 1 ? [`after ${top}`] : []),
    ].join(', '),
  );
  return `${preset.padEnd(11)} ${name.padEnd(22)} ${looks.join('; ')}; ${msPerStep.toFixed(0)} ms a step`;
}

function summary(preset: PresetName, results: readonly ClassModelResult[]): string {
  const reached = results.filter(({ sure: { probability } }) => probability > ENOUGH);
  const slowest = Math.max(...reached.map(({ sure: { step } }) => step));
  const places = (looks: readonly Look[]): string => {
    const [first, five] = [1, 5].map((most) => looks.filter(({ judge: { rank } }) => rank <= most).length);
    return `among the best five for ${five}, the best for ${first}`;
  };
  const sure = reached.length > 0 ? ` within ${slowest} steps` : '';
  const grown =
    preset === DEFAULT ? `; at step ${GROWN} ${places(results.map(({ sure, grown }) => grown ?? sure))}` : '';
  return `${preset}: ${reached.length} of ${results.length} above ${ENOUGH}${sure}; EfficientNet-Lite0 has the class then ${places(results.map(({ sure }) => sure))}${grown}`;
}

/** Different ones, the same each time. */
function someClasses(): readonly number[] {
  const draw = randomNumbers(SEED);
  const chosen = new Set<number>();
  while (chosen.size < CLASSES) chosen.add(Math.floor(1000 * draw()));
  return [...chosen];
}

/** Everything that decides what comes out; results of another recipe are measured again. */
function recipeOf(preset: PresetName): string {
  const { settings } = presets[preset];
  const { parametrisation, optimiser, transforms = [], constraints = [], penalties = [], redirectedSteps } = settings;
  const parts = [parametrisation, optimiser, ...transforms, ...constraints, ...penalties].map((part) =>
    part?.describe(),
  );
  return `${parts.join('; ')}; redirected for ${redirectedSteps ?? 0}; looked at every ${LOOK} of at most ${stepsOf(preset)} steps`;
}

function stepsOf(preset: PresetName): number {
  return Math.min(presets[preset].settings.steps ?? MOST_STEPS, MOST_STEPS);
}

async function grow(
  model: Model,
  judge: Judge,
  preset: PresetName,
  id: number,
): Promise<Omit<ClassModelResult, 'recipe'>> {
  const { preprocessing, labels } = model;
  const settings = { ...presets[preset].settings, objective: classScore(id), steps: stepsOf(preset) };
  const synthesis = await Synthesis.create(model, settings);
  try {
    let last = await synthesis.begin();
    const growTo = async (end: number, enough: number): Promise<Look> => {
      let picture = toPicture(last.image, preprocessing);
      let probability = 0;
      while (probability <= enough && last.step < end) {
        const steps = Math.min(LOOK, end - last.step, synthesis.stretchFrom(last.step));
        last = await synthesis.advance(last, steps, last.step < synthesis.redirectedSteps);
        picture = toPicture(last.image, preprocessing);
        probability = (await verdictOn(model, { input: toInput(picture, preprocessing) })).probability(id);
      }
      await keepPicture(`${preset}-${id}-${last.step}`, await toPng(picture));
      return { step: last.step, probability, judge: await judge.opinion(picture, id) };
    };
    const began = performance.now();
    const sure = await growTo(synthesis.steps, ENOUGH);
    const grown = preset === DEFAULT && last.step < GROWN ? { grown: await growTo(GROWN, 1) } : {};
    const msPerStep = (performance.now() - began) / last.step;
    return { class: labels[id]!.name, sure, ...grown, msPerStep };
  } finally {
    synthesis.dispose();
  }
}
