import { classScore } from '../../src/methods/parts/objectives.ts';
import { sgd } from '../../src/methods/parts/optimisers.ts';
import { pixels } from '../../src/methods/parts/parametrisations.ts';
import { l2Penalty } from '../../src/methods/parts/penalties.ts';
import { Synthesis, synthesize, type Snapshot, type SynthesisOptions } from '../../src/methods/synthesize.ts';
import type { Model } from '../../src/engine/model.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { golden, type Golden } from '../goldens.ts';
import type { PhotoCase } from './checks.ts';
import { cosine, relativeL2, type Row } from './report.ts';

type Report = (row: Row) => void;

/** Chelsea and coffee with what is known of optimisations that start from them. */
export interface OptimCase {
  readonly model: Model;
  readonly chelsea: PhotoCase;
  readonly coffee: PhotoCase;
  readonly golden: Golden;
}

export async function optimCase(model: Model, chelsea: PhotoCase, coffee: PhotoCase): Promise<OptimCase> {
  return { model, chelsea, coffee, golden: await golden('optim') };
}

/** The gradient of an objective at an image, with respect to its pixels: what is gone up in the first step. */
async function gradientAt(
  model: Model,
  image: Tensor,
  options: Pick<SynthesisOptions, 'objective' | 'penalties'>,
): Promise<Tensor> {
  const synthesis = await Synthesis.create(model, { ...options, parametrisation: pixels({ from: image }), steps: 1 });
  try {
    return (await synthesis.gradients())['pixels']!;
  } finally {
    synthesis.dispose();
  }
}

async function last(model: Model, options: SynthesisOptions): Promise<Snapshot> {
  let found: Snapshot | undefined;
  for await (const snapshot of synthesize(model, options)) found = snapshot;
  return found!;
}

function errorRow(subject: string, quantity: string, a: Tensor['data'], b: ArrayLike<number>, bound: number): Row {
  return { subject, quantity, measure: 'relative L2', value: relativeL2(a, b), bound };
}

const WEIGHT = 1e-4 / 224;

/** Activation maximisation of "banana" with an L2 penalty. */
export async function checkActivationMaximisation(
  { model, chelsea, golden: { manifest, tensor } }: OptimCase,
  report: Report,
): Promise<void> {
  const subject = 'activation maximisation';
  const objective = classScore(954, { rectified: true });
  const penalties = [l2Penalty(WEIGHT)];
  const optimiser = sgd(100, { normalise: 'l2' });
  const { input } = chelsea.sample;
  const expected = await tensor('actmax_grad_at_chelsea');
  const gradient = await gradientAt(model, input, { objective, penalties });
  report(errorRow(subject, 'gradient', gradient.data, expected.data, 5e-3));

  const one = await last(model, {
    objective,
    penalties,
    optimiser,
    parametrisation: pixels({ from: input }),
    steps: 1,
  });
  const size = Math.hypot(...[0, 1, 2].map((c) => norm(expected.data.subarray(c * 50176, (c + 1) * 50176))));
  const moved = one.image.data.map((v, i) => v - input.data[i]!);
  const wanted = Float64Array.from(expected.data, (g) => (100 * g) / size);
  report(errorRow(subject, 'one step', moved, wanted, 5e-3));

  const { objectives } = manifest['actmax'] as { objectives: readonly number[] };
  const init = await tensor('actmax_init');
  const from = { ...init, shape: [1, ...init.shape] };
  const { trace } = await last(model, { objective, penalties, optimiser, parametrisation: pixels({ from }), steps: 5 });
  const value = Math.max(...trace.map((v, i) => Math.abs(v - objectives[i]!)));
  report({ subject, quantity: 'trace of 5 steps', measure: 'largest difference', value, bound: 0.1 });
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

void cosine;
