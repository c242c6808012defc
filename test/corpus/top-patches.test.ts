import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import { cachedIndex, cacheIndex, TOP_CACHE_NAME, type TopKey } from '../../src/corpus/cache.ts';
import { Corpus } from '../../src/corpus/feed.ts';
import { mapIn, pictureIn } from '../../src/paint/patch.ts';
import { parseTopIndex, readTopIndex, topEntries, type TopIndex } from '../../src/corpus/top-index.ts';
import { topK } from '../../src/corpus/top-k.ts';
import { rankChannels, topPatches, type TopPatches } from '../../src/corpus/top-patches.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { ArgumentError, ModelFormatError } from '../../src/errors.ts';
import { receptiveField } from '../../src/graph/receptive-field.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { rejection } from '../rejection.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';
import { noise } from './corpora.ts';

const LAYER = 'second';

describe('top patches', () => {
  let backend: Backend;
  let model: Model;
  let corpus: Corpus;
  let index: TopIndex;
  before(async () => {
    backend = await openBackend();
    model = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    corpus = new Corpus(
      noise(4).map(({ id, image }) => ({ id, credit: `credit ${id}`, open: () => Promise.resolve(image) })),
      'noise',
    );
    for await (const step of topK(model, corpus, { layers: [LAYER], count: 3 })) index = step.index ?? index;
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  const last = async (steps: AsyncIterable<TopPatches>): Promise<TopPatches> => {
    let result: TopPatches | undefined;
    for await (const step of steps) result = step;
    return result!;
  };

  it('are what the units see, each with a map of that unit alone', async () => {
    const result = await last(topPatches(model, corpus, index, { layer: LAYER, channels: [2, 0] }));
    expect(result.channels.map(({ channel }) => channel)).to.deep.equal([2, 0]);
    expect(result.done).to.equal(result.total).and.to.equal(6);
    const [first] = result.channels[0]!.patches;
    const [{ image, value, at }] = topEntries(index, LAYER, 2) as [ReturnType<typeof topEntries>[number]];
    expect(first).to.include({ image, value });
    const box = receptiveField(model.graph, model.resolve(LAYER).name, { channel: 2, at })!;
    expect(first!.box).to.deep.equal(box);
    const side = box[2] - box[0];
    expect([first!.patch.width, first!.patch.height]).to.deep.equal([side, side]);
    expect([first!.reconstruction!.width, first!.reconstruction!.height]).to.deep.equal([side, side]);

    // Nothing flows back to pixels outside of the box, and something to those inside
    const sample = await model.prepare(await corpus.entries.get(image)!.open());
    const { map, goal } = await gradient(model, sample, { target: { layer: LAYER, channel: 2, at } });
    expect(goal.score).to.be.closeTo(value, 1e-4 * Math.abs(value));
    const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, v) => total + Math.abs(v), 0);
    const inside = sum(mapIn(map, box).data);
    expect(inside).to.be.above(0);
    expect(sum(map.data)).to.be.closeTo(inside, 1e-9);
  });

  it('come all at once, then a reconstruction at a time; or without', async () => {
    const counts: number[] = [];
    for await (const { done, channels } of topPatches(model, corpus, index, { layer: LAYER, channels: [1] })) {
      counts.push(done);
      const reconstructed = channels[0]!.patches.filter(({ reconstruction }) => reconstruction);
      expect(reconstructed.length).to.equal(done);
    }
    expect(counts).to.deep.equal([0, 1, 2, 3]);
    const options = { layer: LAYER, channels: [1], reconstruct: false, method: 'guided-backprop' } as const;
    const samples = new Map([['gone', await model.prepare(await corpus.entries.get('0')!.open())]]);
    const { done, channels } = await last(topPatches(model, corpus, index, { ...options, samples }));
    expect(done).to.equal(0);
    expect([...samples.keys()]).to.have.members(channels[0]!.patches.map(({ image }) => image));
  });

  it('need the images of the index', async () => {
    const other = new Corpus([{ id: 'other', open: () => Promise.resolve('') }], 'other');
    const error = await rejection(ArgumentError, () =>
      last(topPatches(model, other, index, { layer: LAYER, channels: [0] })),
    );
    expect(error.message).to.contain('no image');
  });

  it('leave out pictures that cannot be read, and say so', async () => {
    const [gone] = topEntries(index, LAYER, 0);
    const some = new Corpus(
      [...corpus.entries.values()].map((entry) =>
        entry.id === gone!.image ? { ...entry, open: () => Promise.resolve('/no-such-picture.jpg') } : entry,
      ),
      'some',
    );
    const { channels, notes, total } = await last(topPatches(model, some, index, { layer: LAYER, channels: [0] }));
    const listed = topEntries(index, LAYER, 0).filter(({ image }) => image !== gone!.image);
    expect(channels[0]!.patches.map(({ image }) => image)).to.deep.equal(listed.map(({ image }) => image));
    expect(total).to.equal(listed.length);
    expect(notes.join(' ')).to.match(/^1 of the pictures of the lists could not be read.*404/);
  });

  it('need lists that fit the layer', async () => {
    const { [LAYER]: lists } = index.layers;
    const wide = { ...index, layers: { [LAYER]: { ...lists!, width: lists!.width + 1 } } };
    for (const run of [
      () => last(topPatches(model, corpus, wide, { layer: LAYER, channels: [0] })),
      () => topK(model, corpus, { layers: [], from: { ...wide, complete: false } }).next(),
    ]) {
      expect((await rejection(ArgumentError, run)).message).to.contain('the lists are of another network');
    }
  });

  it('say what is no index of them', async () => {
    expect(parseTopIndex(structuredClone(index), 'x')).to.deep.equal(index);
    const lists = index.layers[LAYER]!;
    for (const wrong of [
      null,
      7,
      [],
      { ...index, network: { name: 'x', hash: 5 } },
      { ...index, network: null },
      { ...index, count: 1e9 },
      { ...index, count: '3' },
      { ...index, images: [1, 2, 3, 4] },
      { ...index, skipped: [null] },
      { ...index, layers: { [LAYER]: null } },
      { ...index, layers: { [LAYER]: { ...lists, channels: 1e9 } } },
      { ...index, layers: { [LAYER]: { ...lists, images: lists.images.map(() => 99) } } },
      { ...index, layers: { [LAYER]: { ...lists, positions: lists.positions.map(() => -1) } } },
      { ...index, layers: { [LAYER]: { ...lists, values: lists.values.map(() => null) } } },
    ]) {
      await rejection(ModelFormatError, () => parseTopIndex(JSON.parse(JSON.stringify(wrong)), 'x'));
    }
    await rejection(ModelFormatError, () => readTopIndex(new File(['{"format":'], 'half.json')));
  });

  it('leave out what is 0, and rank channels by their strongest activation', () => {
    const layer = { channels: 3, height: 1, width: 1 };
    const small: TopIndex = {
      ...index,
      count: 2,
      layers: {
        some: { ...layer, values: [1, 0, 5, 4, 0, 0], images: [0, 1, 0, 1, 0, 1], positions: [0, 0, 0, 0, 0, 0] },
      },
    };
    expect(rankChannels(small, 'some')).to.deep.equal([1, 0, 2]);
  });

  it('are kept for the next visit by network, corpus and settings', async () => {
    await caches.delete(TOP_CACHE_NAME);
    const key: TopKey = { model, corpus: corpus.key, layers: [LAYER], count: 3, each: 'image' };
    expect(await cachedIndex(key)).to.equal(undefined);
    await cacheIndex(key, index);
    expect(await cachedIndex(key)).to.deep.equal(index);
    for (const other of [{ corpus: 'x' }, { layers: ['active'] }, { count: 4 }, { each: 'unit' as const }])
      expect(await cachedIndex({ ...key, ...other })).to.equal(undefined);
    await caches.delete(TOP_CACHE_NAME);
  });

  it('are padded at the edges of the picture, not moved', () => {
    const picture = pictureFromRgb([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], 2, 2);
    const red = ({ data }: { data: Uint8ClampedArray }): number[] =>
      Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]!);
    expect(red(pictureIn(picture, [-1, 1, 2, 3]))).to.deep.equal([0, 3, 4, 0, 0, 0]);
    expect(red(pictureIn(picture, [1, -1, 3, 1]))).to.deep.equal([0, 0, 2, 0]);
    expect(red(pictureIn(picture, [-9, -9, -8, -8]))).to.deep.equal([0]);
    const map = float32([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...mapIn(map, [-1, 1, 1, 3]).data]).to.deep.equal([0, 3, 0, 0, 0, 7, 0, 0]);
    expect([...mapIn(map, [5, 5, 6, 6]).data]).to.deep.equal([0, 0]);
  });
});
