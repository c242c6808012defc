import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import type { CorpusImage } from '../../src/corpus/entry.ts';
import { modelHash } from '../../src/corpus/model-hash.ts';
import { parseTopIndex, topEntries, type TopIndex } from '../../src/corpus/top-index.ts';
import { topK, type TopKOptions, type TopProgress } from '../../src/corpus/top-k.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { lose, openBackend } from '../support/backends.ts';
import { ArgumentError, ModelFormatError } from '../../src/errors.ts';
import { forward } from '../../src/methods/parts/forward.ts';
import { rejection } from '../rejection.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';
import { BruteForce, differences } from './brute-force.ts';
import { noise, streamed } from './corpora.ts';

const LAYERS = ['active', 'second', 'scores'];

describe('top k', () => {
  let backend: Backend;
  let model: Model;
  let exact: Model;
  const images = noise(13);

  before(async () => {
    backend = await openBackend();
    const file = new Blob([tinyNet()]);
    model = await loadModel(file, { backend, preprocessing: TINY_INPUT });
    exact = await loadModel(file, { backend: createReferenceBackend(), preprocessing: TINY_INPUT });
  });
  after(() => {
    model.dispose();
    exact.dispose();
    backend.dispose();
  });

  async function run(options: Partial<TopKOptions>, corpus: readonly CorpusImage[] = images): Promise<TopProgress[]> {
    const steps: TopProgress[] = [];
    for await (const step of topK(model, streamed(corpus), { layers: LAYERS, ...options })) steps.push(step);
    return steps;
  }
  const finished = async (options: Partial<TopKOptions>, corpus?: readonly CorpusImage[]): Promise<TopIndex> =>
    (await run(options, corpus)).at(-1)!.index!;

  for (const each of ['image', 'unit'] as const) {
    it(`are those that sorting in float64 finds: each ${each}`, async () => {
      const index = await finished({ count: 4, each, batch: 3 });
      expect(index.images).to.deep.equal(images.map(({ id }) => id));
      for (const layer of LAYERS) {
        const brute = new BruteForce({ count: 5, each });
        for (const { id, image } of images) {
          const [activations] = await forward(exact, await exact.prepare(image), [exact.resolve(layer).name]);
          brute.add({ id, activations: activations! });
        }
        for (let channel = 0; channel < index.layers[layer]!.channels; channel++) {
          const entries = topEntries(index, layer, channel);
          expect(entries.length).to.equal(4);
          expect(differences(entries, brute.entries(channel)), `${layer}, channel ${String(channel)}`).to.deep.equal(
            [],
          );
        }
      }
    });
  }

  it('do not depend on the batch, nor on being stopped and gone on from JSON', async () => {
    const whole = await finished({ batch: 4 });
    expect(whole.complete).to.equal(true);
    expect(await finished({ batch: 1 })).to.deep.equal(whole);
    const steps = topK(model, streamed(images), { layers: LAYERS, batch: 2, paceMs: 0 });
    for (let i = 0; i < 2; i++) await steps.next();
    const { value } = await steps.next();
    await steps.return();
    const part = parseTopIndex(JSON.parse(JSON.stringify((value as TopProgress).index)), 'here');
    expect(part.complete).to.equal(false);
    expect(part.images.length).to.equal(6);
    expect(await finished({ from: part, batch: 4 })).to.deep.equal(whole);
    expect(await finished({ from: whole })).to.deep.equal(whole);
  });

  it('are read as often as asked', async () => {
    const rare = await run({ batch: 2 });
    expect(rare.map(({ done }) => done)).to.deep.equal([2, 4, 6, 8, 10, 12, 13]);
    expect(rare.filter(({ index }) => index).length).to.equal(1);
    const often = await run({ batch: 4, paceMs: 0 });
    expect(often.every(({ index }) => index)).to.equal(true);
  });

  it('lose nothing with the device', async () => {
    const own = await openBackend({ poison: true });
    const net = await loadModel(new Blob([tinyNet()]), { backend: own, preprocessing: TINY_INPUT });
    let found: TopIndex | undefined;
    for await (const { done, index } of topK(net, streamed(images), { layers: LAYERS, batch: 2 })) {
      if (done === 6) await lose(own, true);
      found = index;
    }
    expect(found).to.deep.equal(await finished({ batch: 4 }));
    net.dispose();
    own.dispose();
  });

  it('leave out and name what is no picture', async () => {
    const broken = { id: 'broken.jpg', image: new File(['no picture'], 'broken.jpg') };
    const index = await finished({ batch: 4 }, [images[0]!, broken, images[1]!]);
    expect(index.images).to.deep.equal(['0', '1']);
    expect(index.skipped.map(({ id }) => id)).to.deep.equal(['broken.jpg']);
    expect(index.skipped[0]!.reason).to.contain('not a picture');
    // Fewer images than entries
    expect(topEntries(index, 'active', 0).length).to.equal(2);
    const error = await rejection(ArgumentError, () => run({}, [broken]));
    expect(error.message).to.contain('no picture').and.to.contain('broken.jpg');
    await rejection(ArgumentError, () => run({}, []));
  });

  it('stop when they are aborted, and leave nothing behind', async () => {
    const { buffers } = backend.counters;
    const abort = new AbortController();
    const steps = topK(model, streamed(images), { layers: LAYERS, batch: 2, signal: abort.signal });
    await steps.next();
    abort.abort();
    expect(await steps.next().catch((error: unknown) => (error as Error).name)).to.equal('AbortError');
    await finished({ batch: 5 });
    expect(backend.counters.buffers).to.equal(buffers);
  });

  it('refuse what makes no sense, in words', async () => {
    await rejection(ArgumentError, () => run({ layers: [] }));
    await rejection(ArgumentError, () => run({ layers: ['nowhere'] }));
    await rejection(ArgumentError, () => run({ count: 0 }));
    await rejection(ArgumentError, () => run({ batch: 1.5 }));
    const index = await finished({ batch: 8 });
    expect(() => topEntries(index, 'first', 0)).to.throw(ArgumentError, 'active, second, scores');
    expect(() => topEntries(index, 'active', 4)).to.throw(ArgumentError, '0 to 3');
    for (const wrong of [null, {}, { ...index, count: 8 }, { ...index, each: 'x' }, { ...index, images: ['0'] }]) {
      expect(() => parseTopIndex(wrong, 'here')).to.throw(ModelFormatError, 'here');
    }
  });

  it('know their network by its numbers', async () => {
    const again = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    const other = await loadModel(new Blob([tinyNet()]), {
      backend,
      preprocessing: { ...TINY_INPUT, channels: 'BGR' },
    });
    expect(await modelHash(again)).to.equal(await modelHash(model));
    expect(await modelHash(other)).to.not.equal(await modelHash(model));
    expect((await finished({ batch: 8 })).network).to.deep.equal({ name: model.name, hash: await modelHash(model) });
    again.dispose();
    other.dispose();
  });
});
