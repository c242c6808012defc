import { Model, type Sample } from '../../src/engine/model.ts';
import { integratedGradients } from '../../src/methods/attribution/integrated-gradients.ts';
import { rise } from '../../src/methods/attribution/rise.ts';
import { scoreCam } from '../../src/methods/attribution/score-cam.ts';
import { smoothGrad } from '../../src/methods/attribution/smooth-grad.ts';
import { argMax, forward } from '../../src/methods/parts/forward.ts';
import { PREPROCESSING_PRESETS } from '../../src/models/manifest.ts';
import { blankPicture } from '../../src/models/picture.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { Goal, Row } from '../host.ts';
import { interleave } from '../interleave.ts';
import type { Peer } from '../peers/peer.ts';
import { differences } from '../peers/peers.ts';
import { torchAttribution } from '../peers/torch.ts';
import { squeezeNet } from '../subjects.ts';
import type { Part } from './part.ts';

/** Units within rounding of 0 are on in one library and off in another, and here they are those of dozens of pictures. */
const MAX_ERROR = 1e-2;
const LAYER = '/fire9/Concat';

type Attribute = (model: Model, sample: Sample, target: number) => Promise<Tensor>;

/** As Captum and pytorch-grad-cam are used for: dozens to hundreds of pictures through the network. */
const METHODS: Readonly<Record<string, { readonly text: string; readonly attribute: Attribute }>> = {
  'smooth-grad': {
    text: 'SmoothGrad, 32 samples',
    attribute: async (model, sample, target) => (await smoothGrad(model, sample, { target, samples: 32 })).map,
  },
  'integrated-gradients': {
    text: 'integrated gradients, 32 steps',
    attribute: async (model, sample, target) => (await integratedGradients(model, sample, { target, steps: 32 })).map,
  },
  rise: {
    text: 'RISE, 256 masks',
    attribute: async (model, sample, target) => (await rise(model, sample, { target, masks: 256 })).map,
  },
  'score-cam': {
    text: 'Score-CAM of fire9, 512 masks',
    attribute: async (model, sample, target) => (await scoreCam(model, sample, { target, layer: LAYER })).raw,
  },
};

/** Attribution methods of many passes beside PyTorch and Captum on two threads, from a picture in memory to a map in memory. */
export const attributions: Part = async ({ backend, cost }) => {
  const { name, graph, input } = await squeezeNet();
  const [, , height, width] = input.shape as [number, number, number, number];
  const preprocessing = { ...PREPROCESSING_PRESETS.caffe, height, width, resize: 'stretch' } as const;
  const model = new Model({ name, graph, backend, preprocessing });
  const sample = { crop: blankPicture(width, height), placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input };
  const [scores] = await forward(model, sample, [model.logits]);
  const target = argMax(scores!.data);
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const [method, { text, attribute }] of Object.entries(METHODS)) {
    const own: Peer = {
      name: 'Unpool',
      run: () => attribute(model, sample, target),
      output: async () => (await attribute(model, sample, target)).data,
    };
    const torch = await torchAttribution(method, { input, target, layer: model.resolve(LAYER).name }, 2);
    const peers = torch ? [own, torch] : [own];
    const difference = await differences(peers, MAX_ERROR);
    const timings = await interleave(peers);
    const reference = cost(timings.get(own.name)!);
    for (const peer of peers) {
      const { coreMs, wallMs, rounds } = timings.get(peer.name)!;
      rows.push({
        method: text,
        library: peer.name,
        'core-ms': coreMs,
        'wall ms': wallMs,
        rounds,
        'times our cost': cost(timings.get(peer.name)!) / reference,
        'relative L2 difference': difference.get(peer.name)!,
      });
    }
    if (torch) {
      goals.push({
        text: `${text}: times the cost of PyTorch`,
        reached: reference / cost(timings.get(torch.name)!),
        bound: { atMost: 1 },
        unit: '×',
      });
    }
  }
  model.dispose();
  return { rows, goals, notes: NOTES };
};

const NOTES = [
  'Noise and masks are the same on both sides. SmoothGrad and integrated gradients are by Captum; RISE and Score-CAM, which it has not, ' +
    'are written out in PyTorch, batches of 16.',
];
