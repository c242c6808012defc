/**
 * `npm run convergence [-- recording …]`: of the bundled recordings, how like the end of the training each layer is at each checkpoint, and
 * from which on it stays above 0.95 of that.
 */
import { setModelBase } from '../../src/bundled.ts';
import { fetchExamples } from '../../src/bundled-examples.ts';
import { fetchRecording } from '../../src/bundled-recordings.ts';
import { corpusOfIndex } from '../../src/corpus/feed.ts';
import { stimuliOfCorpus, stimuliOfExamples, type Stimulus } from '../../src/corpus/stimuli.ts';
import { settledFrom, TrainingStudy } from '../../src/corpus/training-study.ts';
import type { Model } from '../../src/engine/model.ts';
import { parsePreprocessing } from '../../src/models/manifest.ts';

declare const __args: readonly string[];
declare function __exit(code: number): void;

/** The fixed set of pictures of each recording. */
const PICTURES: Readonly<Record<string, (model: Model) => Promise<readonly Stimulus[]>>> = {
  'fashion-mnist': async (model) => {
    const { heldOut, classes } = await fetchExamples('fashion-mnist');
    return stimuliOfExamples(heldOut, model, { classes, count: 300 });
  },
  edges: async (model) => stimuliOfCorpus(await corpusOfIndex('/site/corpus/index.json'), model, { count: 98 }),
};

async function check(name: string): Promise<boolean> {
  const recording = await fetchRecording(name);
  const preprocessing = parsePreprocessing(recording.about['preprocessing']);
  const study = new TrainingStudy(recording, { preprocessing, backend: 'cpu', pictures: PICTURES[name]! });
  for (const index of recording.checkpoints.keys()) await study.visit(index, () => Promise.resolve());
  const steps = recording.checkpoints.map(({ step }) => String(step).padStart(6));
  console.log(`${name}: ${study.pictures!.length} pictures, ${(study.ms / 1000).toFixed(1)} s`);
  let isWhole = true;
  for (const measure of ['cka', 'svcca', 'cosine'] as const) {
    console.log(`${measure.padEnd(18)}${steps.join('')}   from step`);
    for (const [i, { name: layer }] of study.at(0)!.entries()) {
      const values = recording.checkpoints.map((_, index) => study.at(index)![i]![measure]);
      isWhole &&= values.every(Number.isFinite) && Math.abs(values.at(-1)! - 1) < 1e-6;
      const from = recording.checkpoints[settledFrom(values) ?? NaN]?.step ?? 'never';
      console.log(`  ${layer.padEnd(16)}${values.map((value) => value.toFixed(3).padStart(6)).join('')}   ${from}`);
    }
  }
  return isWhole;
}

setModelBase('/models/');
let failed = 0;
for (const name of __args.length > 0 ? __args : Object.keys(PICTURES)) if (!(await check(name))) failed++;
console.log(
  failed > 0 ? 'There are numbers that are none, or ends that are not like themselves.' : 'All numbers are there.',
);
__exit(failed);
