import type { Backend } from '../../src/engine/backend.ts';
import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { examples, type Examples } from '../../src/methods/training/examples.ts';
import { conv, dense, maxPool, relu } from '../../src/methods/training/layers.ts';
import type { Network, Weights } from '../../src/methods/training/network.ts';
import { sgd } from '../../src/methods/training/optimisers.ts';
import { sequential } from '../../src/methods/training/sequential.ts';
import { Trainer } from '../../src/methods/training/trainer.ts';
import { PEER_BACKENDS } from '../../components/cnn-bench/peers/peer.ts';
import { Random } from '../../test/support/random.ts';
import { host, type Goal, type Row } from '../host.ts';
import { interleave, warmUp } from '../interleave.ts';
import { differences } from '../peers/peers.ts';
import { change, CLASSES, FILTERS, KERNEL, SIDE, type Batch, type Lesson, type Pupil } from '../peers/pupil.ts';
import type { Bench, Part } from './part.ts';

const SEED = 5;
const RATE = 0.01;
const MOMENTUM = 0.9;
/** As for the reference gradients: a value near a kink may take another path in another order of sums. */
const MAX_ERROR = 5e-3;
/** Pictures of a mini-batch. */
const BATCHES = [32, 128];
/** Mini-batches, which follow one another round and round. */
const COUNT = 4;
/** Of a run, at whose end the last loss is read. */
const STEPS = 4;
const PIXELS = SIDE * SIDE;
const LAYERS = [
  conv(FILTERS[0], KERNEL),
  relu(),
  maxPool(2),
  conv(FILTERS[1], KERNEL),
  relu(),
  maxPool(2),
  dense(CLASSES),
];

/** Training of a small network on 28×28 pixels beside other libraries, all in one page. */
export const training: Part = async (bench) => {
  const cpu = await createCpuBackend();
  const network = await sequential(LAYERS, { input: [1, SIDE, SIDE], seed: SEED });
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const batch of BATCHES) {
    const outcome = await measure(network, batch, [bench.backend, cpu], bench);
    rows.push(...outcome.rows);
    goals.push(...outcome.goals);
  }
  cpu.dispose();
  return { rows, goals, notes: NOTES };
};

const NOTES = [
  `8@5×5–16@5×5–10 with ReLU and 2×2 max-pools on ${SIDE}×${SIDE} pixels, softmax cross-entropy, gradient descent with momentum ` +
    `${MOMENTUM}; runs of ${STEPS} steps, at whose end the last loss is read. Pictures are on the device before; ours are picked ` +
    'there in a new order every epoch, those of others are batches already. ConvNetJS learns one picture after the other, in ' +
    'float64. tfjs on wasm has no gradient of filters: the bench makes it of its convolution. Wasm is on one thread. PyTorch is ' +
    'there where `python3`, or what PYTHON names, has it.',
];

async function measure(
  network: Network,
  batch: number,
  [gpu, cpu]: readonly [Backend, Backend],
  { cost }: Pick<Bench, 'cost'>,
): Promise<{ rows: Row[]; goals: Goal[] }> {
  const lesson = lessonOf(network.parameters, batch);
  const [onGpu, onCpu] = [await ours(network, lesson, gpu), await ours(network, lesson, cpu)];
  const pupils = [onGpu, onCpu, ...(host.peers ? await others(lesson) : [])];
  const difference = await differences(pupils, MAX_ERROR);
  await warmUp(pupils.filter(({ name }) => /cpu|wasm/.test(name)));
  const timings = await interleave(pupils);
  for (const { dispose } of pupils) await dispose?.();

  const costs = new Map(pupils.map(({ name }) => [name, cost(timings.get(name)!)]));
  const rows = pupils.map(({ name }) => {
    const { coreMs, wallMs, rounds } = timings.get(name)!;
    return {
      batch,
      library: name,
      'core-ms': coreMs,
      'wall ms': wallMs,
      rounds,
      'pictures a second': Math.round((1000 * STEPS * batch) / wallMs.median),
      'times our cost on WebGPU': costs.get(name)! / costs.get(onGpu.name)!,
      'and on the CPU': costs.get(name)! / costs.get(onCpu.name)!,
      'relative L2 difference of the first step': difference.get(name)!,
    };
  });
  const goals = GOALS.flatMap(({ backend, peer, atLeast }): Goal[] => {
    const own = backend === 'webgpu' ? onGpu.name : onCpu.name;
    const theirs = costs.get(peer);
    if (theirs === undefined) return [];
    const text = `training in batches of ${batch}: ${own} against ${peer}`;
    return [{ text, reached: theirs / costs.get(own)!, bound: { atLeast }, unit: '×' }];
  });
  return { rows, goals };
}

const GOALS = [
  { backend: 'webgpu', peer: 'tfjs webgpu', atLeast: 5 },
  { backend: 'webgpu', peer: 'ConvNetJS', atLeast: 10 },
  { backend: 'cpu', peer: 'ConvNetJS', atLeast: 10 },
  { backend: 'cpu', peer: 'tfjs wasm', atLeast: 1 },
] as const;

/** Speed does not depend on what the pictures show: it is chance. */
function lessonOf(parameters: Weights, batch: number): Lesson {
  const random = new Random(SEED);
  const draw = (below: number): number => Math.floor(below * random.next());
  const first = (name: string): Float32Array<ArrayBuffer> => Float32Array.from(parameters[name]!.data);
  return {
    batches: Array.from({ length: COUNT }, (): Batch => ({
      pictures: Float32Array.from({ length: batch * PIXELS }, () => draw(256) / 255),
      labels: Uint8Array.from({ length: batch }, () => draw(CLASSES)),
    })),
    rate: RATE,
    momentum: MOMENTUM,
    first: { conv1: first('conv1.weight'), conv2: first('conv2.weight'), dense: first('dense1.weight') },
    steps: STEPS,
  };
}

async function ours(
  network: Network,
  { batches, rate, momentum, first, steps }: Lesson,
  backend: Backend,
): Promise<Pupil> {
  const open = (some: readonly Batch[]): Promise<Trainer> =>
    Trainer.create({
      network,
      examples: examplesOf(some),
      optimiser: sgd(rate, { momentum }),
      batch: batches[0]!.labels.length,
      backend,
    });
  const trainer = await open(batches);
  return {
    name: `Unpool ${backend.adapter.backend}`,
    run: () => trainer.steps(steps),
    output: async () => {
      const fresh = await open(batches.slice(0, 1));
      const { weights } = await fresh.steps(1, { weights: true });
      fresh.dispose();
      return change(weights!['conv1.weight']!.data, first.conv1);
    },
    dispose: () => {
      trainer.dispose();
    },
  };
}

function examplesOf(batches: readonly Batch[]): Examples {
  return examples({
    images: Uint8Array.from(
      batches.flatMap(({ pictures }) => Array.from(pictures, (value) => Math.round(255 * value))),
    ),
    labels: batches.flatMap(({ labels }) => [...labels]),
    classes: CLASSES,
    shape: [1, SIDE, SIDE],
  });
}

async function others(lesson: Lesson): Promise<Pupil[]> {
  const [{ tfjsPupil }, { jaxPupil }, { convnetjsPupil }, { torchPupil }] = await Promise.all([
    import('../peers/tfjs-pupil.ts'),
    import('../peers/jax-pupil.ts'),
    import('../peers/convnetjs-pupil.ts'),
    import('../peers/torch-pupil.ts'),
  ]);
  const pupils: (Pupil | undefined)[] = [];
  for (const backend of PEER_BACKENDS) pupils.push(await tfjsPupil(lesson, backend));
  for (const device of ['webgpu', 'wasm'] as const) pupils.push(await jaxPupil(lesson, device));
  pupils.push(convnetjsPupil(lesson), await torchPupil(lesson, 2));
  return pupils.filter((pupil) => pupil !== undefined);
}
