import type { Backend } from '../src/engine/backend.ts';
import { loadModel } from '../src/engine/load.ts';
import type { Model } from '../src/engine/model.ts';
import { forward } from '../src/methods/parts/forward.ts';
import { softmax } from '../src/methods/parts/scores.ts';
import type { Picture } from '../src/models/picture.ts';
import { toInput } from '../src/models/preprocess.ts';
import { oracle } from '../test/goldens/oracle.ts';
import { relativeL2 } from '../test/goldens/report.ts';

const FILE = new URL('/build/quality/efficientnet-lite0.onnx', location.href);

/** Photos with classes that must come first before the network may judge anything. */
const PHOTOS = { coffee: [967], chelsea: [281, 282, 285], rocket: [657, 812], 'european-honey-bee': [309] } as const;
/** Different order of sums; more would be another network. */
const MAX_ERROR = 1e-4;

/** A network that took no part in making an image. */
export interface Judge {
  /** What it thinks of a class for a picture of its own size. */
  readonly opinion: (picture: Picture, id: number) => Promise<Opinion>;
  readonly dispose: () => void;
}

export interface Opinion {
  /** 1 is the best. */
  readonly rank: number;
  readonly probability: number;
  readonly top: string;
}

/**
 * EfficientNet-Lite0 (Tan & Le 2019; quality/make_efficientnet_lite0.py). Throws where it fails on photos or differs from
 * onnxruntime.
 */
export async function loadJudge(backend: Backend, labels: Model['labels']): Promise<Judge> {
  const [mean, std] = [127, 128].map((value) => [value, value, value]) as [number[], number[]];
  const preprocessing = { channels: 'RGB', mean, std, resize: 256, height: 224, width: 224 } as const;
  const model = await loadModel(FILE, { backend, preprocessing, labels });
  const scores = async (input: Parameters<typeof forward>[1]): Promise<ArrayLike<number>> =>
    (await forward(model, input, [model.logits]))[0]!.data;
  const opinion = (logits: ArrayLike<number>, id: number): Opinion => {
    const probabilities = softmax(logits);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const rank = 1 + probabilities.filter((value) => value > probabilities[id]!).length;
    return { rank, probability: probabilities[id]!, top: labels[best]!.name };
  };
  for (const [photo, classes] of Object.entries(PHOTOS)) {
    const sample = await model.prepare(new URL(`/site/photos/${photo}.jpg`, location.href));
    const logits = await scores(sample);
    const error = relativeL2(logits, await oracle(FILE, sample.input));
    const best = Math.min(...classes.map((id) => opinion(logits, id).rank));
    const { top, probability } = opinion(logits, classes[0]);
    console.log(
      `EfficientNet-Lite0 on ${photo}: ${top} (${labels[classes[0]]!.name} ${probability.toFixed(3)}), differs from onnxruntime by ${error.toExponential(1)}`,
    );
    if (best !== 1 || !(error <= MAX_ERROR)) throw new Error(`EfficientNet-Lite0 cannot be trusted on ${photo}`);
  }
  return {
    opinion: async (picture, id) => opinion(await scores({ input: toInput(picture, preprocessing) }), id),
    dispose: () => {
      model.dispose();
    },
  };
}
