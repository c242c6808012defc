// node scripts/page.mjs bench/top-k.ts [photos] [layer]: photos per second through the nine strongest activations of each
// channel of a layer of SqueezeNet, by us and by onnxruntime-web on the same adapter with lists kept in JavaScript. Turns
// are taken A B A B, each over the same photos, reading and scaling them included; the lists must agree.
import * as ort from 'onnxruntime-web/webgpu';
import { Corpus, corpusOfIndex, preparedImages } from '../src/corpus/feed.ts';
import { topEntries, type TopIndex } from '../src/corpus/top-index.ts';
import { topK } from '../src/corpus/top-k.ts';
import { loadModel } from '../src/engine/load.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { sizeOf } from '../src/tensor/shape.ts';
import { withOutput } from '../test/onnx/with-output.ts';
import { BruteForce, differences } from '../test/corpus/brute-force.ts';

declare const __args: readonly string[];
declare function __exit(code: number): void;

const ROUNDS = 3;
const COUNT = 9;

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.logLevel = 'error';

const backend = await createWebGpuBackend();
const { software } = backend.adapter;
// On a processor onnxruntime-web takes ten seconds and more for a photo
const [photos = software ? '6' : '96', layer = 'conv10'] = __args;
const batch = software ? 2 : 16;
const manifest = new URL('/models/models.json', location.href);
const model = await loadModel('squeezenet1.1', { backend, manifest });
const all = await corpusOfIndex(new URL('/site/corpus/index.json', location.href));
const corpus = new Corpus([...all.entries.values()].slice(0, Number(photos)), all.key);

async function ours(): Promise<TopIndex> {
  let index: TopIndex | undefined;
  for await (const step of topK(model, corpus, { layers: [layer], count: COUNT, batch })) index = step.index ?? index;
  return index!;
}

const { name, shape } = model.resolve(layer);
const file = new Uint8Array(await (await fetch(new URL('squeezenet1.1.onnx', manifest))).arrayBuffer());
const session = await ort.InferenceSession.create(withOutput(file, name), { executionProviders: ['webgpu'] });

/** The strongest unit of each channel of an image goes into its list, where it is strong enough. */
class Lists {
  readonly #lists = Array.from({ length: shape[1]! }, (): { value: number; image: string; place: number }[] => []);

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

async function theirs(): Promise<Lists> {
  const lists = new Lists();
  const [, ...rest] = model.input.shape;
  const size = sizeOf(rest);
  const flush = async (group: { id: string; data: Float32Array }[]): Promise<void> => {
    const pixels = new Float32Array(group.length * size);
    for (const [i, { data }] of group.entries()) pixels.set(data, i * size);
    const feed = new ort.Tensor('float32', pixels, [group.length, ...rest]);
    const results = await session.run({ [session.inputNames[0]!]: feed }, [name]);
    const data = results[name]!.data as Float32Array;
    const each = data.length / group.length;
    for (const [i, { id }] of group.entries()) lists.add(id, data.subarray(i * each, (i + 1) * each));
  };
  let group: { id: string; data: Float32Array }[] = [];
  for await (const { id, sample } of preparedImages(model, corpus, { ahead: 2 * batch })) {
    group.push({ id, data: sample.input.data as Float32Array });
    if (group.length < batch) continue;
    await flush(group);
    group = [];
  }
  if (group.length > 0) await flush(group);
  return lists;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

// Once without a clock: shaders are compiled, and the lists are compared
const index = await ours();
await theirs();
const brute = new BruteForce({ count: COUNT + 1, each: 'image' });
for await (const { id, sample } of preparedImages(model, corpus)) {
  const feed = new ort.Tensor('float32', sample.input.data as Float32Array, [...sample.input.shape]);
  const results = await session.run({ [session.inputNames[0]!]: feed }, [name]);
  const { data, dims } = results[name]!;
  brute.add({ id, activations: { dtype: 'float32', shape: dims, data: data as Float32Array } });
}
const wrong = Array.from({ length: shape[1]! }, (_, channel) => channel).filter(
  (channel) => differences(topEntries(index, layer, channel), brute.entries(channel)).length > 0,
);
console.log(
  `on ${backend.adapter.name}, ${photos} photos, batches of ${String(batch)}, ${layer} [${shape.join(', ')}]`,
);
console.log(`lists that differ from those of onnxruntime-web: ${String(wrong.length)} of ${String(shape[1]!)}`);

const rates: Record<'ours' | 'onnxruntime-web', number[]> = { ours: [], 'onnxruntime-web': [] };
for (let round = 0; round < ROUNDS; round++) {
  rates.ours.push(corpus.size / (await seconds(ours)));
  rates['onnxruntime-web'].push(corpus.size / (await seconds(theirs)));
}
for (const [who, list] of Object.entries(rates)) {
  console.log(
    `${who}: best ${Math.max(...list).toFixed(2)} photos/s (${list.map((rate) => rate.toFixed(2)).join(', ')})`,
  );
}
__exit(wrong.length === 0 ? 0 : 1);
