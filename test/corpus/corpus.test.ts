import { expect } from 'chai';
import { codesOf } from '../../src/corpus/codes.ts';
import type { CorpusImage } from '../../src/corpus/entry.ts';
import { corpusOfIndex } from '../../src/corpus/feed.ts';
import { snapToGrid } from '../../src/corpus/grid.ts';
import { nearest } from '../../src/corpus/nearest.ts';
import { jacobi, principalComponents } from '../../src/methods/parts/principal-components.ts';
import { tsne, type Embedding, type TsneOptions } from '../../src/corpus/tsne.ts';
import { umap } from '../../src/corpus/umap.ts';
import type { Backend } from '../../src/engine/backend.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { PREPROCESSING_PRESETS } from '../../src/models/manifest.ts';
import { toImageData, type Picture } from '../../src/models/picture.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { repositoryFile } from '../goldens.ts';
import { expectRejection } from '../rejection.ts';
import { dot, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

async function last(embeddings: AsyncIterable<Embedding>): Promise<Embedding> {
  return (await all(embeddings)).at(-1)!;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function noise(random: Random): Picture {
  return pictureFromRgb(
    Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next())),
    32,
    32,
  );
}

/** Two clusters of points in five dimensions. */
function clusters(n: number): Tensor {
  const random = new Random(11);
  return float32(
    [n, 5],
    Array.from({ length: 5 * n }, (_, at) => random.normal() + (Math.floor(at / 5) % 2) * 12),
  );
}

describe('corpus', () => {
  let backend: Backend;
  let model: Model;
  before(async () => {
    backend = await openBackend({ poison: true });
    const network = URL.createObjectURL(new Blob([tinyNet()]));
    model = await loadModel(new URL(network), { preprocessing: TINY_INPUT, backend });
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  describe('codes', () => {
    const random = new Random(3);
    const pictures = Array.from({ length: 5 }, () => noise(random));
    const images: CorpusImage[] = pictures.map((picture, i) => ({
      id: `n${i}`,
      image: toImageData(picture),
      label: 'a',
    }));

    it('are means of what the classifier sees, the same in every batch', async () => {
      const done: number[] = [];
      const codes = await codesOf(model, images, { batch: 2, onProgress: (count) => done.push(count) });
      expect(codes.data.shape).to.deep.equal([5, 4]);
      expect(codes.layer).to.equal('pooled');
      expect(done).to.deep.equal([2, 4, 5, 5]);
      const alone = await codesOf(model, [images[3]!], { batch: 1 });
      expect(relativeError(codes.data.data.subarray(12, 16), alone.data.data)).to.be.below(1e-6);
      const flat = await codesOf(model, [images[3]!], { pool: 'flatten' });
      const maps = flat.data.shape[1]! / 4;
      const means = [0, 1, 2, 3].map((c) => {
        const map = Array.from(flat.data.data.slice(c * maps, (c + 1) * maps));
        return map.reduce((sum, value) => sum + value, 0) / maps;
      });
      expect(relativeError(means, alone.data.data)).to.be.below(1e-6);
    });

    it('of the input are the pixels, of a layer what is there', async () => {
      const { data } = await codesOf(model, [images[0]!], { layer: 'input' });
      expect(data.shape).to.deep.equal([1, 3 * 32 * 32]);
      expect(data.data[5]).to.be.closeTo(pictures[0]!.data[20]! / 255, 1e-6);
      expect((await codesOf(model, images, { layer: 'average' })).data.shape).to.deep.equal([5, 5]);
      await expectRejection(ArgumentError, '"pooled"', () => codesOf(model, images, { layer: 'poled' }));
    });

    it('skip what is no picture, and name it', async () => {
      const broken = { id: 'notes.txt', image: new Blob(['words'], { type: 'text/plain' }) };
      const seen: string[] = [];
      const { items, skipped, data } = await codesOf(model, [images[0]!, broken, images[1]!], {
        onPicture: ({ id }) => seen.push(id),
      });
      expect(items.map(({ id }) => id)).to.deep.equal(['n0', 'n1']);
      expect(seen).to.deep.equal(['n0', 'n1']);
      expect(skipped.map(({ id }) => id)).to.deep.equal(['notes.txt']);
      expect(skipped[0]!.error.message).to.contain('not a picture');
      expect(data.shape[0]).to.equal(2);
    });

    it('of no pictures are none; a signal ends the stream', async () => {
      expect((await codesOf(model, [])).data.shape[0]).to.equal(0);
      const abort = new AbortController();
      function* endless(): Generator<CorpusImage> {
        for (let i = 0; ; i++) {
          if (i === 20) abort.abort();
          yield images[i % 5]!;
        }
      }
      const error = await codesOf(model, endless(), { signal: abort.signal }).catch((reason: unknown) => reason);
      expect(error).to.have.property('name', 'AbortError');
    });
  });

  it('a sheet: the committed pictures of Fashion-MNIST, 100 of each class', async () => {
    const list = await corpusOfIndex(repositoryFile('site/data/fashion-mnist-1000.json'));
    expect(list.size).to.equal(1000);
    expect(list.about.credit).to.contain('MIT');
    const found = await all(list);
    const counts = new Map<string | undefined, number>();
    for (const { label } of found) counts.set(label, (counts.get(label) ?? 0) + 1);
    expect([...counts.values()]).to.deep.equal(Array(10).fill(100));
    const tile = found[250]!.image as ImageData;
    expect([tile.width, tile.height]).to.deep.equal([28, 28]);
    expect(new Set(tile.data).size).to.be.above(20);
  });

  it('nearest: by distance, then in order; a row leaves itself out', async () => {
    const codes = float32([4, 2], [0, 0, 3, 4, 0, 1, 0, -1]);
    expect(nearest(codes, 0, 2)).to.deep.equal([
      { index: 2, distance: 1 },
      { index: 3, distance: 1 },
    ]);
    expect(nearest(codes, [3, 3], 9).map(({ index }) => index)).to.deep.equal([1, 2, 0, 3]);
    await expectRejection(ArgumentError, '0 to 3', () => nearest(codes, 4, 1));
    await expectRejection(ShapeError, '2 numbers', () => nearest(codes, [1], 1));
  });

  it('nearest: clothes find their like among the codes of a network that never saw any', async function () {
    this.timeout(60_000);
    const list = await corpusOfIndex(repositoryFile('site/data/fashion-mnist-1000.json'));
    // 25 of each class
    const some = (await all(list)).filter((_, i) => i % 4 === 0);
    const squeezeNet = await loadModel('squeezenet1.1-fp16', {
      backend,
      manifest: repositoryFile('models/models.json'),
      preprocessing: { ...PREPROCESSING_PRESETS.caffe, height: 64, width: 64, resize: 'stretch' },
    });
    const { data, items } = await codesOf(squeezeNet, some);
    squeezeNet.dispose();
    const right = items.filter(({ label }, i) => items[nearest(data, i, 1)[0]!.index]!.label === label);
    // By chance a tenth; 0.70 of all 1,000
    expect(right.length / items.length).to.be.above(0.6);
  });

  describe('principal components', () => {
    /** n rows whose variance falls from column to column, mixed by a rotation. */
    function codesOfKnownVariance(n: number, d: number): Tensor {
      const random = new Random(n + d);
      const rows = Array.from({ length: n }, () => Array.from({ length: d }, (_, k) => random.normal() * 0.8 ** k));
      return float32(
        [n, d],
        rows.flatMap((row) => row.map((value, k) => value + row[(k + 1) % d]! + 3)),
      );
    }

    for (const [n, d] of [
      [80, 20],
      [15, 40],
    ] as const) {
      it(`of ${n}×${d} are those of the whole covariance`, async () => {
        const codes = codesOfKnownVariance(n, d);
        const k = 6;
        const { scores, variances, kept } = await principalComponents(codes, k);
        const mean = Array.from({ length: d }, (_, c) =>
          Array.from({ length: n }, (_, i) => codes.data[i * d + c]!).reduce((a, b) => a + b / n, 0),
        );
        const rows = Array.from({ length: n }, (_, i) => mean.map((m, c) => codes.data[i * d + c]! - m));
        const covariance = mean.map((_, a) =>
          Float64Array.from(mean, (_, b) => rows.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / (n - 1)),
        );
        const { vectors, values } = await jacobi(covariance, () => Promise.resolve());
        expect(relativeError(variances, values.slice(0, k))).to.be.below(1e-8);
        const total = values.reduce((a, b) => a + b, 0);
        expect(kept).to.be.closeTo(values.slice(0, k).reduce((a, b) => a + b, 0) / total, 1e-8);
        for (let c = 0; c < k; c++) {
          const found = Float64Array.from({ length: n }, (_, i) => scores.data[i * k + c]!);
          const expected = rows.map((row) => dot(row, vectors[c]!));
          const sign = Math.sign(dot(found, expected));
          expect(
            relativeError(
              found,
              expected.map((value) => value * sign),
            ),
            `component ${c}`,
          ).to.be.below(1e-4);
          expect(found.reduce((far, v) => (Math.abs(v) > Math.abs(far) ? v : far), 0)).to.be.above(0);
        }
      });
    }

    it('of few or equal codes', async () => {
      const equal = await principalComponents(float32([6, 3], Array(18).fill(2)), 2);
      expect([...equal.scores.data]).to.deep.equal(Array(12).fill(0));
      expect(equal.kept).to.equal(1);
      expect((await principalComponents(float32([1, 3], [1, 2, 3]), 2)).scores.shape).to.deep.equal([1, 0]);
      expect((await principalComponents(float32([0, 3], []), 2)).scores.shape).to.deep.equal([0, 0]);
      const plane = await principalComponents(clusters(9), 50);
      expect(plane.scores.shape).to.deep.equal([9, 5]);
      expect(plane.kept).to.be.closeTo(1, 1e-9);
    });
  });

  describe('t-SNE', () => {
    const QUICK: TsneOptions = { iterations: 600, perplexity: 5 };

    it('separates clusters, with any pace of display the same', async () => {
      const codes = clusters(40);
      const embedding = await last(tsne(backend, codes, { ...QUICK, pace: 1 }));
      expect(embedding.done).to.equal(600);
      const { positions } = embedding;
      const neighbours = Array.from({ length: 40 }, (_, i) => nearest(float32([40, 2], positions), i, 5));
      for (const [i, list] of neighbours.entries()) for (const { index } of list) expect(index % 2).to.equal(i % 2);
      expect((await last(tsne(backend, codes, { ...QUICK, pace: 500 }))).positions).to.deep.equal(positions);
      expect((await last(tsne(backend, codes, { ...QUICK, seed: 2 }))).positions).not.to.deep.equal(positions);
    });

    it('begins on the GPU as it does in float64', async () => {
      const options = { iterations: 5, perplexity: 4, start: new Random(4).tensor([14, 2]) };
      const cpu = createReferenceBackend();
      const [exact, found] = [
        await last(tsne(cpu, clusters(14), options)),
        await last(tsne(backend, clusters(14), options)),
      ];
      expect(relativeError(found.positions, exact.positions)).to.be.below(1e-5);
      expect(found.divergence).to.be.closeTo(exact.divergence!, 1e-5);
      cpu.dispose();
    });

    const finite = (embedding: Embedding): void => {
      expect([...embedding.positions].every(Number.isFinite)).to.equal(true);
      if (embedding.divergence !== undefined) expect(embedding.divergence).to.satisfy(Number.isFinite);
    };

    it('no, one, two and three pictures; a perplexity that is too large', async () => {
      expect((await last(tsne(backend, float32([0, 3], [])))).notes).to.deep.equal(['There are no pictures.']);
      const one = await last(tsne(backend, float32([1, 3], [1, 2, 3])));
      expect([...one.positions]).to.deep.equal([0, 0]);
      expect(one.notes[0]).to.contain('single');
      for (const n of [2, 3, 10]) {
        const embedding = await last(tsne(backend, clusters(n), { iterations: 40 }));
        finite(embedding);
        expect(embedding.notes[0]).to.contain(`30 is too much for ${n} pictures`);
      }
    });

    it('equal codes, and twins among others', async () => {
      const equal = await last(tsne(backend, float32([8, 3], Array(24).fill(1e20)), QUICK));
      finite(equal);
      expect(equal.notes.join()).to.contain('All codes are the same');
      const twins = clusters(30).data.slice();
      for (let i = 0; i < 12; i++) twins.copyWithin(i * 5, 0, 5);
      finite(await last(tsne(backend, float32([30, 5], twins), QUICK)));
      finite(
        await last(
          tsne(
            backend,
            float32(
              [30, 5],
              twins.map((value) => value * 1e-15),
            ),
            QUICK,
          ),
        ),
      );
    });

    it('refuses what makes no sense, and ends when it is aborted', async () => {
      const codes = clusters(8);
      const run = (options: TsneOptions, of = codes) => last(tsne(backend, of, options));
      await expectRejection(ArgumentError, 'perplexity', () => run({ perplexity: 0.5 }));
      await expectRejection(ArgumentError, 'learning rate', () => run({ learningRate: 0 }));
      await expectRejection(ArgumentError, 'picture 1, dimension 0', () => run({}, float32([2, 2], [1, 2, NaN, 4])));
      await expectRejection(ShapeError, '8×2', () => run({ start: float32([2, 2], [1, 2, 3, 4]) }));
      const { buffers } = backend.counters;
      const abort = new AbortController();
      const running = tsne(backend, codes, { ...QUICK, signal: abort.signal });
      await running.next();
      await running.next();
      abort.abort();
      const error = await running.next().catch((reason: unknown) => reason);
      expect(error).to.have.property('name', 'AbortError');
      expect(backend.counters.buffers).to.be.at.most(buffers);
    });
  });

  it('UMAP: separates clusters, the same from the same seed, and copes with little', async () => {
    const embedding = await last(umap(clusters(40), { neighbors: 8 }));
    for (let i = 0; i < 40; i++) {
      for (const { index } of nearest(float32([40, 2], embedding.positions), i, 4)) expect(index % 2).to.equal(i % 2);
    }
    expect((await last(umap(clusters(40), { neighbors: 8 }))).positions).to.deep.equal(embedding.positions);
    for (const n of [0, 1, 3, 5]) {
      const { positions, notes } = await last(umap(clusters(n)));
      expect(positions.length).to.equal(2 * n);
      expect([...positions].every(Number.isFinite)).to.equal(true);
      expect(notes.length).to.equal(1);
    }
    const { positions } = await last(umap(float32([9, 2], Array(18).fill(1)), { neighbors: 4 }));
    expect([...positions].every(Number.isFinite)).to.equal(true);
  });

  it('the grid: every point has a cell of its own, and keeps its side', () => {
    const positions = clusters(47).data.slice(0, 94) as Float32Array;
    const { columns, rows, cells } = snapToGrid(positions, 2);
    expect(columns).to.be.above(rows);
    const used = Array.from({ length: 47 }, (_, i) => `${cells[2 * i]},${cells[2 * i + 1]}`);
    expect(new Set(used).size).to.equal(47);
    expect(Math.max(...cells.filter((_, at) => at % 2 === 0))).to.equal(columns - 1);
    expect(Math.max(...cells.filter((_, at) => at % 2 === 1))).to.be.below(rows);
    const rank = (i: number): number =>
      [...positions.keys()].filter((at) => at % 2 === 0 && positions[at]! < positions[2 * i]!).length;
    for (let i = 0; i < 47; i++) expect(cells[2 * i]).to.be.closeTo((rank(i) * columns) / 47, 1);
    expect(snapToGrid(new Float32Array(0)).cells.length).to.equal(0);
  });
});
