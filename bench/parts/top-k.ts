import type { Tensor } from 'onnxruntime-web/webgpu';
import { Corpus, corpusOfIndex, preparedImages } from '../../src/corpus/feed.ts';
import { topEntries, type TopIndex } from '../../src/corpus/top-index.ts';
import { topK } from '../../src/corpus/top-k.ts';
import { loadModel } from '../../src/engine/load.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { BruteForce, differences } from '../../test/corpus/brute-force.ts';
import { withOutput } from '../../test/onnx/with-output.ts';
import { host } from '../host.ts';
import { interleave, spread } from '../interleave.ts';
import { ortWebGpu as ort } from '../peers/ort.ts';
import type { Part } from './part.ts';

const LAYER = 'conv10';
const COUNT = 9;
/** On a processor onnxruntime-web takes seconds for a photo. */
const SIZES = { software: { photos: 4, batch: 2 }, gpu: { photos: 96, batch: 16 } } as const;

/**
 * Photos through the strongest activations of each channel of a layer of SqueezeNet, beside onnxruntime-web on the same
 * adapter with lists kept in JavaScript; reading and scaling the photos included. The lists must agree.
 */
export const strongest: Part = async ({ backend, cost }) => {
  const { photos, batch } = SIZES[backend.adapter.software ? 'software' : 'gpu'];
  const manifest = new URL('/models/float32.json', location.href);
  const model = await loadModel('squeezenet1.1', { backend, manifest });
  const all = await corpusOfIndex(new URL('/site/corpus/index.json', location.href));
  const corpus = new Corpus([...all.entries.values()].slice(0, photos), all.key);
  const { name, shape } = model.resolve(LAYER);
  const session = await ort.InferenceSession.create(withOutput(await host.read('models/squeezenet1.1.onnx'), name), {
    executionProviders: ['webgpu'],
    logSeverityLevel: 3,
  });
  const activations = async (pixels: Float32Array, count: number): Promise<Tensor> => {
    const feed = new ort.Tensor('float32', pixels, [count, ...model.input.shape.slice(1)]);
    return (await session.run({ [session.inputNames[0]!]: feed }, [name]))[name]!;
  };

  const ours = async (): Promise<TopIndex> => {
    let index: TopIndex | undefined;
    for await (const step of topK(model, corpus, { layers: [LAYER], count: COUNT, batch })) index = step.index ?? index;
    return index!;
  };
  const theirs = async (): Promise<void> => {
    const lists = new Lists(shape[1]!);
    const size = sizeOf(model.input.shape);
    let group: { id: string; data: Float32Array }[] = [];
    const flush = async (): Promise<void> => {
      const pixels = new Float32Array(group.length * size);
      for (const [i, { data }] of group.entries()) pixels.set(data, i * size);
      const data = (await activations(pixels, group.length)).data as Float32Array;
      const each = data.length / group.length;
      for (const [i, { id }] of group.entries()) lists.add(id, data.subarray(i * each, (i + 1) * each));
      group = [];
    };
    for await (const { id, sample } of preparedImages(model, corpus, { ahead: 2 * batch })) {
      group.push({ id, data: sample.input.data as Float32Array });
      if (group.length === batch) await flush();
    }
    if (group.length > 0) await flush();
  };

  const index = await ours();
  const brute = new BruteForce({ count: COUNT + 1, each: 'image' });
  for await (const { id, sample } of preparedImages(model, corpus)) {
    const { data, dims } = await activations(sample.input.data as Float32Array, 1);
    brute.add({ id, activations: { dtype: 'float32', shape: dims, data: data as Float32Array } });
  }
  const wrong = Array.from({ length: shape[1]! }, (_, channel) => channel).filter(
    (channel) => differences(topEntries(index, LAYER, channel), brute.entries(channel)).length > 0,
  );
  if (wrong.length > 0) throw new Error(`lists of ${String(wrong.length)} channels differ from onnxruntime-web's`);

  const contenders = [
    { name: 'Unpool', run: ours },
    { name: 'onnxruntime-web webgpu', run: theirs },
  ];
  const timings = await interleave(contenders);
  await session.release();
  model.dispose();
  const own = cost(timings.get('Unpool')!);
  const rows = contenders.map(({ name: library }) => {
    const timing = timings.get(library)!;
    const [core, wall] = [timing.coreMs, timing.wallMs].map(
      (times) => times && spread([times.min, times.median, times.max].map((ms) => ms / photos)),
    );
    return {
      layer: `${LAYER} [${shape.join(', ')}], batches of ${String(batch)}`,
      library,
      'core-ms a photo': core,
      'wall ms a photo': wall,
      'photos a second': 1000 / wall!.median,
      rounds: timing.rounds,
      'times our cost': cost(timing) / own,
    };
  });
  return { rows, notes: [`${String(photos)} photos; all lists of the ${String(shape[1]!)} channels agree.`] };
};

/** The strongest unit of each channel of an image goes into its list, where it is strong enough. */
class Lists {
  readonly #lists: { value: number; image: string; place: number }[][];

  constructor(channels: number) {
    this.#lists = Array.from({ length: channels }, () => []);
  }

  add(image: string, activations: Float32Array): void {
    const plane = activations.length / this.#lists.length;
    for (const [channel, list] of this.#lists.entries()) {
      let place = 0;
      for (let i = 1; i < plane; i++) {
        if (activations[channel * plane + i]! > activations[channel * plane + place]!) place = i;
      }
      const value = activations[channel * plane + place]!;
      if (list.length === COUNT && value <= list.at(-1)!.value) continue;
      list.push({ value, image, place });
      list.sort((a, b) => b.value - a.value);
      list.length = Math.min(list.length, COUNT);
    }
  }
}
