import { adversarial } from '../../src/methods/adversarial.ts';
import { codeOf, gramsOf } from '../../src/methods/parts/codes.ts';
import {
  classScore,
  codeDistance,
  content,
  layerNorm,
  logProbability,
  style,
} from '../../src/methods/parts/objectives.ts';
import { sgd } from '../../src/methods/parts/optimisers.ts';
import { pixels } from '../../src/methods/parts/parametrisations.ts';
import { l2Penalty, totalVariation } from '../../src/methods/parts/penalties.ts';
import { Synthesis, synthesize, type Snapshot, type SynthesisOptions } from '../../src/methods/synthesize.ts';
import type { Model } from '../../src/engine/model.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { norm } from '../support/numbers.ts';
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

/** Everything that is known of optimisations on SqueezeNet. */
export async function checkOptimisation(subject: OptimCase, report: Report): Promise<void> {
  await checkActivationMaximisation(subject, report);
  await checkDream(subject, report);
  await checkStyle(subject, report);
  await checkInversion(subject, report);
  await checkPgd(subject, report);
  await checkFgsm(subject, report);
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
/** A unit within rounding of 0 switches the path of a gradient: other orders of sums move SqueezeNet's by up to 2.4e-3. */
const GRADIENT = 5e-3;

/** Activation maximisation of "banana" with an L2 penalty. */
async function checkActivationMaximisation(
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
  report(errorRow(subject, 'gradient', gradient.data, expected.data, GRADIENT));

  const one = await last(model, {
    objective,
    penalties,
    optimiser,
    parametrisation: pixels({ from: input }),
    steps: 1,
  });
  const size = norm(expected.data);
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

/** Deep dreaming: more of what fire8 sees. */
async function checkDream({ model, chelsea, golden: { manifest, tensor } }: OptimCase, report: Report): Promise<void> {
  const subject = 'deep dream';
  const objective = layerNorm('fire8');
  const { input } = chelsea.sample;
  const expected = await tensor('dream_grad0');
  const gradient = await gradientAt(model, input, { objective });
  report(errorRow(subject, 'gradient', gradient.data, expected.data, 1e-2));
  const value = cosine(gradient.data, expected.data);
  report({ subject, quantity: 'gradient', measure: 'cosine', value, bound: 0.9999, atLeast: true });

  const options = { objective, parametrisation: pixels({ from: input }), optimiser: sgd(1.5, { normalise: 'mean' }) };
  const one = await last(model, { ...options, steps: 1 });
  const size = Array.from(expected.data, Math.abs).reduce((a, b) => a + b) / expected.data.length;
  const wanted = Float64Array.from(expected.data, (g) => (1.5 * g) / size);
  const moved = one.image.data.map((v, i) => v - input.data[i]!);
  report(errorRow(subject, 'one step', moved, wanted, 1e-2));
  const { losses } = manifest['dream'] as { losses: readonly number[] };
  report(traceRow(subject, (await last(model, { ...options, steps: 5 })).trace, losses, 0.02));
}

function traceRow(subject: string, trace: Float32Array, expected: readonly number[], bound: number): Row {
  const value = Math.max(...trace.map((v, i) => Math.abs(v / expected[i]! - 1)));
  return { subject, quantity: `trace of ${trace.length} steps`, measure: 'relative, the largest', value, bound };
}

const STYLE_LAYERS = ['relu_conv1', 'fire3', 'fire5', 'fire7'];

/** Style transfer: at the content itself, where only style and smoothness pull, and halfway to the style. */
async function checkStyle(
  { model, chelsea, coffee, golden: { manifest, tensor } }: OptimCase,
  report: Report,
): Promise<void> {
  const subject = 'style transfer';
  const grams = await gramsOf(model, coffee.sample, STYLE_LAYERS);
  const code = await codeOf(model, chelsea.sample, 'fire5');
  const total = ([ofContent, ofStyle, smooth]: readonly number[]): Pick<
    SynthesisOptions,
    'objective' | 'penalties'
  > => ({
    objective: STYLE_LAYERS.map((layer, i) => style(layer, grams[i]!).times(ofStyle!)).reduce(
      (sum, next) => sum.plus(next),
      content('fire5', code).times(ofContent!),
    ),
    penalties: [totalVariation(smooth!, { averaged: true })],
  });
  const check = async (
    quantity: string,
    image: Tensor,
    weights: readonly number[],
    name: string,
    bound = 1e-3,
  ): Promise<void> => {
    const gradient = await gradientAt(model, image, total(weights));
    const upwards = (await tensor(name)).data.map((g) => -g);
    report(errorRow(subject, quantity, gradient.data, upwards, bound));
    const value = cosine(gradient.data, upwards);
    report({ subject, quantity, measure: 'cosine', value, bound: 0.9999, atLeast: true });
  };
  const { input } = chelsea.sample;
  // There sums go in another order, and what is within rounding of 0 may be on its other side.
  const bound = model.backend.adapter.backend === 'cpu' ? GRADIENT : undefined;
  await check('gradient at the content', input, [1, 0.01, 0.001], 'style_grad_at_content', bound);
  const halfway = { ...input, data: input.data.map((v, i) => (v + coffee.sample.input.data[i]!) / 2) as Float32Array };
  await check('gradient halfway', halfway, [1, 0.0006, 11], 'style_grad_at_mix');
  const { terms } = await last(model, {
    ...total([1, 0.01, 0.001]),
    parametrisation: pixels({ from: input }),
    steps: 1,
  });
  const losses = (manifest['style'] as { style_losses: Record<string, number> }).style_losses;
  for (const [i, layer] of STYLE_LAYERS.entries()) {
    const value = Math.abs(terms[i + 1]!.value / losses[layer]! - 1);
    report({ subject, quantity: `loss of ${layer}`, measure: 'relative', value, bound: 1e-3 });
  }
}

/** The distance to the code of a layer, from a grey image. */
async function checkInversion(
  { model, chelsea, golden: { manifest, tensor } }: OptimCase,
  report: Report,
): Promise<void> {
  const subject = 'inversion of fire4';
  const objective = codeDistance('fire4', await codeOf(model, chelsea.sample, 'fire4'));
  const { input } = chelsea.sample;
  const zero = { ...input, data: new Float32Array(input.data.length) };
  const gradient = await gradientAt(model, zero, { objective });
  const upwards = (await tensor('inversion_grad_at_zero')).data.map((g) => -g);
  report(errorRow(subject, 'gradient at zero', gradient.data, upwards, 1e-3));
  const { trace } = await last(model, { objective, steps: 1 });
  const { value: expected } = manifest['inversion'] as { value: number };
  report(traceRow(subject, trace, [-expected], 1e-3));
}

/** A cat that the network takes for a banana. */
async function checkPgd({ model, chelsea, golden: { manifest, tensor } }: OptimCase, report: Report): Promise<void> {
  const subject = 'PGD, banana';
  const { input } = chelsea.sample;
  const {
    target,
    step,
    eps: epsilon,
    iters: steps,
    loss,
  } = manifest['pgd'] as { target: number; step: number; eps: number; iters: number; loss: readonly number[] };
  const gradient = await gradientAt(model, input, { objective: logProbability(target) });
  const upwards = (await tensor('pgd_grad0')).data.map((g) => -g);
  report(errorRow(subject, 'gradient', gradient.data, upwards, GRADIENT));

  const result = await adversarial(model, chelsea.sample, {
    method: 'iterative',
    target,
    stepSize: step,
    epsilon,
    steps,
  });
  report(
    traceRow(
      subject,
      result.trace.slice(0, 3),
      loss.map((value) => -value),
      0.02,
    ),
  );
  report({ subject, quantity: 'loss, fourth', measure: 'nats', value: -result.trace[3]!, bound: 0.05 });
  for (const [quantity, { probability }] of [
    ['probability', result.after],
    ['probability, saved', result.saved],
  ] as const) {
    report({
      subject,
      quantity,
      measure: `epsilon ${epsilon}`,
      value: probability(target),
      bound: 0.99,
      atLeast: true,
    });
  }
}

/** The fast gradient sign method on coffee. */
async function checkFgsm({ model, coffee }: OptimCase, report: Report): Promise<void> {
  const subject = 'FGSM, coffee';
  const expected = await coffee.golden.tensor('fgsm_eps4');
  const logits = (await coffee.golden.tensor('fgsm_logits')).data;
  const { image, after } = await adversarial(model, coffee.sample, { method: 'fgsm', epsilon: 4 });
  const [count, planes] = [expected.data.length / 3, [0, 1, 2]];
  const same = Array.from({ length: count }, (_, pixel) => planes.map((plane) => plane * count + pixel)).filter(
    (places) => places.every((i) => Math.abs(expected.data[i]! - image.data[i]!) < 1e-3),
  ).length;
  report({ subject, quantity: 'same pixels', measure: 'share', value: same / count, bound: 0.999, atLeast: true });
  const best = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!).slice(0, 3);
  const found = after.top.slice(0, 3).map(({ id }) => id);
  const wrong = best.filter((id, i) => found[i] !== id).length;
  report({ subject, quantity: 'best three classes', measure: 'wrong', value: wrong, bound: 0 });
}
