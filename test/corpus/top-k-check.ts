/**
 * `npm run corpus-check`: the strongest activations of every channel of fire5 over the bundled photos, from the GPU,
 * against sorting all activations of a float64 pass. Exits with 1 when a list differs. Arguments: how many photos, a layer.
 */
import { Corpus, corpusOfIndex, preparedImages } from '../../src/corpus/feed.ts';
import { topEntries, type TopIndex } from '../../src/corpus/top-index.ts';
import { topK } from '../../src/corpus/top-k.ts';
import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { prune } from '../../src/graph/prune.ts';
import { loadOps } from '../../src/ops/registry.ts';
import { repositoryFile } from '../goldens.ts';
import { loadSqueezeNet } from '../goldens/checks.ts';
import { BruteForce, differences } from './brute-force.ts';

declare const __args: readonly string[];
declare function __exit(code: number): void;

const [photos = 'all', layer = 'fire5'] = __args;
const COUNT = 9;

const backend = await createWebGpuBackend();
const model = await loadSqueezeNet(backend);
const all = await corpusOfIndex(repositoryFile('site/corpus/index.json'));
const corpus = new Corpus([...all.entries.values()].slice(0, photos === 'all' ? undefined : Number(photos)), all.key);
const { name } = model.resolve(layer);
const part = prune(model.graph, [name]);

let index: TopIndex | undefined;
const began = performance.now();
for await (const step of topK(model, corpus, { layers: [layer], count: COUNT })) index = step.index ?? index;
console.log(`${String(corpus.size)} photos on ${backend.adapter.name}: ${(performance.now() - began).toFixed(0)} ms`);

const brute = new BruteForce({ count: COUNT + 1, each: 'image' });
let done = 0;
for await (const { id, sample } of preparedImages(model, corpus)) {
  await loadOps();
  brute.add({ id, activations: evaluate(part, { [model.input.name]: sample.input })[name]! });
  if (++done % 10 === 0) console.log(`float64: ${String(done)} of ${String(corpus.size)} photos`);
}

let failed = 0;
let largest = 0;
const { channels } = index!.layers[layer]!;
for (let channel = 0; channel < channels; channel++) {
  const [entries, exact] = [topEntries(index!, layer, channel), brute.entries(channel)];
  const wrong = differences(entries, exact);
  if (entries.length < Math.min(COUNT, corpus.size)) wrong.push('entries are missing');
  const scale = Math.max(Math.abs(exact[0]!.value), Number.MIN_VALUE);
  for (const [i, { value }] of entries.entries())
    largest = Math.max(largest, Math.abs(value - exact[i]!.value) / scale);
  if (wrong.length > 0) failed++;
  for (const what of wrong) console.log(`${layer}, channel ${String(channel)}: ${what}`);
}
console.log(`${layer}, ${String(COUNT)} entries a channel: largest relative difference ${largest.toExponential(1)}`);
console.log(`${String(channels - failed)} passed, ${String(failed)} failed`);
__exit(failed === 0 ? 0 : 1);
