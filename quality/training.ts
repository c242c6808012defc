import { createCpuBackend } from '../src/engine/cpu/backend.ts';
import type { Backend } from '../src/engine/backend.ts';
import { readIdxExamples } from '../src/corpus/idx.ts';
import { selected, type Examples } from '../src/methods/training/examples.ts';
import { conv, dense, maxPool, relu, type Layer } from '../src/methods/training/layers.ts';
import type { Network, Weights } from '../src/methods/training/network.ts';
import { adam, sgd, type Optimiser } from '../src/methods/training/optimisers.ts';
import { cosine } from '../src/methods/training/schedules.ts';
import { sequential } from '../src/methods/training/sequential.ts';
import { Dealer } from '../src/methods/training/shuffle.ts';
import { Trainer } from '../src/methods/training/trainer.ts';
import { toOnnx } from '../src/onnx/export.ts';
import { oracleAccuracy } from '../test/goldens/labelled.ts';
import { relativeL2 } from '../test/goldens/report.ts';
import { host, measured, torchTraining, type Result, type TorchResult } from './host.ts';

/** The first pictures of the training files. */
const PICTURES = 10_000;
const CLASSES = 10;
const SEED = 1;

interface Subject {
  readonly layers: readonly Layer[];
  readonly passes: number;
  readonly batch: number;
  readonly optimiser: 'sgd' | 'adam';
  /** Of the first step. It falls in half a cosine to 0: at the end of a constant one, a point more or less is chance. */
  readonly rate: number;
}

const MOMENTUM = 0.9;

/** That of ConvNetJS's demo of MNIST. */
const SMALL: Subject = {
  layers: [conv(8, 5), relu(), maxPool(2), conv(16, 5), relu(), maxPool(3), dense(10)],
  passes: 1,
  batch: 25,
  optimiser: 'sgd',
  rate: 0.02,
};

const SUBJECTS: Readonly<Record<string, Subject>> = {
  '8@5×5–16@5×5–10': SMALL,
  // So early, weights differ by no more than rounding.
  '8@5×5–16@5×5–10, the first steps': { ...SMALL, passes: 0.1 },
  '16@3×3–32@3×3–64–10': {
    layers: [conv(16, 3), relu(), maxPool(2), conv(32, 3), relu(), maxPool(2), dense(64), relu(), dense(10)],
    passes: 3,
    batch: 50,
    optimiser: 'adam',
    rate: 0.001,
  },
};

interface TrainingResult extends Result {
  readonly adapter: string;
  readonly msPerStep: number;
  /** Shares of the pictures of the test files that are right. */
  readonly accuracy: number;
  /** Of the saved ONNX file, by onnxruntime. */
  readonly onnxAccuracy: number;
  /** The mean cross-entropy of these pictures. */
  readonly loss: number;
  /** PyTorch's from the same weights and in the same order. */
  readonly torch: TorchResult;
  /** Relative L2 of all weights together: how far ours have come from PyTorch's in float32, and these from its own in float64. */
  readonly weights: { readonly toFloat32: number; readonly float32ToFloat64: number };
}

/** What a training comes to on WebGPU and on the CPU backend, beside PyTorch's from the same weights in the same order. */
export async function training(webgpu: Backend): Promise<void> {
  const learnt = selected(
    await load('train'),
    Array.from({ length: PICTURES }, (_, i) => i),
  );
  const heldOut = await load('t10k');
  const cpu = await createCpuBackend();
  for (const [name, subject] of Object.entries(SUBJECTS).slice(0, host.quick ? 1 : undefined)) {
    const task = await taskOf(subject, learnt);
    for (const [where, backend] of Object.entries({ cpu, webgpu })) {
      const recipe = `${JSON.stringify(subject)}, seed ${SEED}, ${PICTURES} pictures`;
      const result = await measured<TrainingResult>('training', `${name}, ${where}`, recipe, () =>
        compare(task, backend, learnt, heldOut),
      );
      console.log(`${name}, ${String(subject.passes)} × ${PICTURES} pictures, ${where}: ${wordsFor(result)}`);
    }
  }
  cpu.dispose();
}

function wordsFor({ accuracy, onnxAccuracy, torch, weights, msPerStep }: TrainingResult): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const points = (100 * (accuracy - torch.float32.accuracy)).toFixed(2);
  return [
    `right ${percent(accuracy)}, PyTorch ${percent(torch.float32.accuracy)} (float64 ${percent(torch.float64.accuracy)}): ${points} points`,
    `the ONNX file in onnxruntime ${percent(onnxAccuracy)}`,
    `weights differ by ${weights.toFloat32.toExponential(1)}, PyTorch's from its float64 by ${weights.float32ToFloat64.toExponential(1)}`,
    `${msPerStep.toFixed(0)} ms a step`,
  ].join('; ');
}

async function load(set: 'train' | 't10k'): Promise<Examples> {
  const file = async (name: string): Promise<Blob> =>
    (await fetch(`/build/quality/fashion-mnist/${set}-${name}`)).blob();
  const [images, labels] = await Promise.all([file('images-idx3-ubyte.gz'), file('labels-idx1-ubyte.gz')]);
  return readIdxExamples({ images, labels, classes: CLASSES });
}

/** The same training for all who do it. */
interface Task {
  readonly network: Network;
  readonly steps: number;
  readonly batch: number;
  readonly optimiser: Optimiser;
  /** What PyTorch comes to; trained when it is asked for first. */
  readonly torch: () => ReturnType<typeof torchTraining>;
}

async function taskOf({ layers, passes, batch, optimiser, rate }: Subject, learnt: Examples): Promise<Task> {
  const network = await sequential(layers, { input: [1, 28, 28], seed: SEED });
  const steps = (passes * learnt.count) / batch;
  const schedule = cosine(rate, { steps });
  const settings = {
    layers,
    batch,
    optimiser,
    momentum: MOMENTUM,
    rates: Array.from({ length: steps }, (_, step) => schedule(step)),
    shapes: Object.values(network.parameters).map(({ shape }) => shape),
  };
  const { places } = new Dealer(learnt.count, SEED).deal({ epoch: 0, seen: 0 }, batch, steps);
  let torch: ReturnType<typeof torchTraining> | undefined;
  return {
    network,
    steps,
    batch,
    optimiser: optimiser === 'sgd' ? sgd(schedule, { momentum: MOMENTUM }) : adam(schedule),
    torch: () => (torch ??= torchTraining(settings, joined(network, network.parameters), Uint32Array.from(places))),
  };
}

async function compare(
  { network, steps, batch, optimiser, torch }: Task,
  backend: Backend,
  learnt: Examples,
  heldOut: Examples,
): Promise<Omit<TrainingResult, 'recipe'>> {
  const trainer = await Trainer.create({ network, examples: learnt, batch, optimiser, seed: SEED, backend });
  const began = performance.now();
  const { weights, adapter } = await trainer.steps(steps, { weights: true });
  const msPerStep = (performance.now() - began) / steps;
  const { accuracy, loss } = await trainer.evaluate(heldOut);
  const file = toOnnx(await trainer.graph(), { batch: 'open' });
  trainer.dispose();
  const { result, weights: theirs } = await torch();
  return {
    adapter: adapter.name,
    msPerStep,
    accuracy,
    onnxAccuracy: await oracleAccuracy(file, heldOut),
    loss,
    torch: result,
    weights: {
      toFloat32: relativeL2(joined(network, weights!), theirs.float32),
      float32ToFloat64: relativeL2(theirs.float32, theirs.float64),
    },
  };
}

/** All parameters in one row. */
function joined({ parameters }: Network, weights: Weights): Float32Array<ArrayBuffer> {
  return Float32Array.from(Object.keys(parameters).flatMap((name) => Array.from(weights[name]!.data)));
}
