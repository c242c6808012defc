import { Model } from '../../src/engine/model.ts';
import type { Backend } from '../../src/engine/backend.ts';
import { argMax, forward } from '../../src/methods/parts/forward.ts';
import { classScore } from '../../src/methods/parts/objectives.ts';
import { sgd } from '../../src/methods/parts/optimisers.ts';
import { pixels } from '../../src/methods/parts/parametrisations.ts';
import { Synthesis } from '../../src/methods/synthesize.ts';
import { PREPROCESSING_PRESETS } from '../../src/models/manifest.ts';
import { PEER_BACKENDS } from '../../components/cnn-bench/peers/peer.ts';
import { host } from '../host.ts';
import { interleave, spread } from '../interleave.ts';
import type { Climb, Climber } from '../peers/climber.ts';
import { differences } from '../peers/peers.ts';
import { squeezeNet } from '../subjects.ts';
import type { Part } from './part.ts';

/** Of a run, at whose end the image is read. */
const STEPS = 4;
const RATE = 100;
/** As for the reference gradients: a value near a kink may take another path in another order of sums. */
const MAX_ERROR = 5e-3;

interface Own extends Climber {
  /** Bytes that come back to the page in each step but those at the end of a run. */
  readonly readbackPerStep: number;
}

/** Steps of activation maximisation beside other libraries: forward, backward, and up the gradient. */
export const synthesis: Part = async ({ backend, cost }) => {
  const subject = await squeezeNet();
  const [, , height, width] = subject.input.shape as [number, number, number, number];
  const preprocessing = { ...PREPROCESSING_PRESETS.caffe, height, width, resize: 'stretch' } as const;
  const model = new Model({ name: subject.name, graph: subject.graph, backend, preprocessing });
  const [scores] = await forward(model, subject, [model.logits]);
  const climb: Climb = { subject, target: argMax(scores!.data), rate: RATE, steps: STEPS };

  const own = await ours(model, backend, climb);
  const climbers: Climber[] = [own];
  if (host.peers) {
    const [{ tfjsClimber }, { torchClimber }] = await Promise.all([
      import('../peers/tfjs-climber.ts'),
      import('../peers/torch-climber.ts'),
    ]);
    const onCpu = backend.adapter.backend === 'cpu';
    for (const on of onCpu ? (['wasm'] as const) : PEER_BACKENDS) climbers.push(await tfjsClimber(climb, on));
    for (const threads of onCpu ? [1, 2] : [2]) {
      const torch = await torchClimber(climb, threads);
      if (torch) climbers.push(torch);
    }
  }
  const difference = await differences(climbers, MAX_ERROR);
  const timings = await interleave(climbers);
  for (const { dispose } of climbers) await dispose?.();
  model.dispose();

  const reference = cost(timings.get(own.name)!);
  const rows = climbers.map((climber) => {
    const { coreMs, wallMs, rounds } = timings.get(climber.name)!;
    const [core, wall] = [coreMs, wallMs].map(
      (all) => all && spread([all.min, all.median, all.max].map((ms) => ms / STEPS)),
    );
    return {
      step: `${subject.name}, ${height} px, class score`,
      library: climber.name,
      'core-ms': core,
      'wall ms': wall,
      rounds,
      'times our cost': cost(timings.get(climber.name)!) / reference,
      'bytes read back between': climber === own ? own.readbackPerStep : undefined,
      'relative L2 difference of the first step': difference.get(climber.name)!,
    };
  });
  const goal = {
    text: 'synthesis: bytes read back in a step between snapshots',
    reached: own.readbackPerStep,
    bound: { atMost: 0 },
    unit: '',
  } as const;
  return { rows, goals: [goal], notes: NOTES };
};

const NOTES = [
  `Runs of ${STEPS} steps, at whose end the image is read. tfjs keeps the image on its device too; its gradient is that ` +
    'of unfused convolutions, since fused ones work out the gradients of the filters as well. tfjs on wasm runs on one ' +
    'thread. PyTorch is there where `python3`, or what PYTHON names, has it.',
];

async function ours(model: Model, backend: Backend, { subject: { input }, target, rate, steps }: Climb): Promise<Own> {
  const recipe = {
    objective: classScore(target, { rectified: true }),
    parametrisation: pixels({ from: input }),
    optimiser: sgd(rate, { normalise: 'l2' }),
    steps: 1000,
  };
  const climb = await Synthesis.create(model, recipe);
  const start = await climb.begin();
  const readbackOf = async (count: number): Promise<number> => {
    const before = backend.counters.readbackBytes;
    await climb.advance(start, count, false);
    return backend.counters.readbackBytes - before;
  };
  const [ofOne, ofMany] = [await readbackOf(1), await readbackOf(1 + steps)];
  return {
    name: `Unpool ${backend.adapter.backend}`,
    readbackPerStep: (ofMany - ofOne) / steps,
    // Where the last run ended; the snapshot that goes in only counts steps
    run: () => climb.advance(start, steps, false),
    output: async () => {
      const first = await climb.advance(await climb.begin(), 1, false);
      return first.image.data.map((value, i) => value - input.data[i]!);
    },
    dispose: () => {
      climb.dispose();
    },
  };
}
