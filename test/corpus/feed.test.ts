import { expect } from 'chai';
import { zipSync } from 'fflate';
import type { CorpusImage } from '../../src/corpus/entry.ts';
import {
  Corpus,
  corpusOfFiles,
  corpusOfIndex,
  corpusOfUrls,
  droppedFiles,
  preparedImages,
  type Skipped,
} from '../../src/corpus/feed.ts';
import { codesOf } from '../../src/corpus/codes.ts';
import { topK } from '../../src/corpus/top-k.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { ArgumentError, ModelFetchError, ModelFormatError } from '../../src/errors.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { fixture, repositoryFile } from '../goldens.ts';
import { rejection } from '../rejection.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';
import { noise, streamed } from './corpora.ts';

async function contentsOf(corpus: Corpus): Promise<CorpusImage[]> {
  const images: CorpusImage[] = [];
  for await (const image of corpus) images.push(image);
  return images;
}

const json = (content: unknown): string =>
  URL.createObjectURL(new Blob([JSON.stringify(content)], { type: 'application/json' }));

describe('corpora', () => {
  let model: Model;
  let png: Uint8Array<ArrayBuffer>;
  before(async () => {
    model = await loadModel(new Blob([tinyNet()]), { backend: createReferenceBackend(), preprocessing: TINY_INPUT });
    png = new Uint8Array(await (await toPng(blankPicture(5, 4))).arrayBuffer());
  });
  after(() => {
    model.dispose();
  });

  /** Ids that a network can be shown, and that it cannot. */
  async function readable(corpus: AsyncIterable<CorpusImage>): Promise<{ ids: string[]; skipped: Skipped[] }> {
    const ids: string[] = [];
    const skipped: Skipped[] = [];
    for await (const { id, sample } of preparedImages(model, corpus, { onSkip: (image) => skipped.push(image) })) {
      expect(sample.input.shape).to.deep.equal([1, 3, 32, 32]);
      ids.push(id);
    }
    return { ids, skipped };
  }

  it('come from a JSON file, with labels and credits: the bundled photos', async () => {
    const corpus = await corpusOfIndex(repositoryFile('site/corpus/index.json'));
    expect(corpus.size).to.equal(98);
    const images = await contentsOf(corpus);
    for (const { credit, source, label } of images) {
      expect(credit, 'title, author, licence').to.match(/.+, .+, (Public domain|CC)/);
      expect(source).to.be.a('string');
      expect(label).to.be.a('string');
    }
    const first = new Corpus([...corpus.entries.values()].slice(0, 2), 'two');
    expect(await readable(first)).to.deep.equal({ ids: ['fish-01.jpg', 'fish-03.jpg'], skipped: [] });
  });

  it('come from a plain list, of addresses or with labels', async () => {
    const photo = repositoryFile('site/photos/coffee.jpg').href;
    const corpus = await corpusOfIndex(json([photo, { file: photo, label: 'cup' }]));
    const images = await contentsOf(corpus);
    expect(images.map(({ id }) => id)).to.deep.equal([photo, `${photo} (2)`]);
    expect(images.map(({ label }) => label)).to.deep.equal([undefined, 'cup']);
    expect((images[1]!.image as URL).href).to.equal(photo);
  });

  it('come from addresses, each once', async () => {
    const url = URL.createObjectURL(new Blob([png]));
    const corpus = corpusOfUrls([url, 'no-such-picture.jpg', url]);
    const { ids, skipped } = await readable(corpus);
    expect(ids).to.deep.equal([url]);
    expect(skipped.map(({ id }) => id)).to.deep.equal(['no-such-picture.jpg']);
    expect(skipped[0]!.reason).to.contain('404');
  });

  it('come from files and zip files; what is damaged is named', async () => {
    const zipped = zipSync({
      'a/one.png': png,
      'a/.DS_Store': png,
      '__MACOSX/a/one.png': png,
      'two.txt': png.slice(9),
    });
    const files = [new File([png], 'one.png'), new File([png], 'one.png'), new File([zipped], 'more.zip')];
    const corpus = await corpusOfFiles(files);
    const { ids, skipped } = await readable(corpus);
    expect(ids).to.deep.equal(['one.png', 'one.png (2)', 'a/one.png']);
    expect(skipped.map(({ id, reason }) => [id, reason.includes('two.txt')])).to.deep.equal([['two.txt', true]]);
    expect((await contentsOf(corpus)).length).to.equal(4);
    expect((await corpusOfFiles(files)).key).to.equal(corpus.key);
    expect((await corpusOfFiles(files.slice(1))).key).to.not.equal(corpus.key);
  });

  it('go on where an entry of a zip file cannot be unpacked', async () => {
    const noisy = Uint8Array.from({ length: 4000 }, (_, i) => (i * i) % 251);
    const zipped = zipSync({ 'bad.png': noisy, 'good.png': [png, { level: 0 }] });
    // The compressed bytes of the first entry, behind its header
    zipped.fill(0xff, 37, 60);
    const { ids, skipped } = await readable(await corpusOfFiles([new File([zipped], 'half.zip')]));
    expect(ids).to.deep.equal(['good.png']);
    expect(skipped.map(({ id }) => id)).to.deep.equal(['bad.png']);
  });

  it('come from dropped folders', async () => {
    const file = new File([png], 'b.png');
    const fileEntry = (name: string): unknown => ({
      isFile: true,
      name,
      fullPath: `/photos/${name}`,
      file: (done: (file: File) => void) => {
        done(new File([file], name));
      },
    });
    const batches = [[fileEntry('b.png')], [fileEntry('a.png')], []];
    const folder = {
      isFile: false,
      name: 'photos',
      createReader: () => ({
        readEntries: (done: (some: unknown) => void) => {
          done(batches.shift());
        },
      }),
    };
    const items = [{ webkitGetAsEntry: () => folder }, { webkitGetAsEntry: () => null }];
    const corpus = await corpusOfFiles(await droppedFiles({ items } as unknown as DataTransfer));
    expect([...corpus.entries.keys()]).to.deep.equal(['photos/a.png', 'photos/b.png']);
  });

  it('are not empty, and say what is wrong with their description', async () => {
    expect(() => corpusOfUrls([])).to.throw(ArgumentError, 'no picture');
    await rejection(ArgumentError, () => corpusOfFiles([new File([], '.hidden')]));
    const noZip = await rejection(ArgumentError, () => corpusOfFiles([new File(['no'], 'no.zip')]));
    expect(noZip.message).to.contain('no.zip');
    await rejection(ModelFetchError, () => corpusOfIndex('no-such-index.json'));
    for (const wrong of [null, 'words', [3], { images: 3 }, { images: [{}] }, { images: [{ file: 3 }] }]) {
      await rejection(ModelFormatError, () => corpusOfIndex(json(wrong)));
    }
    for (const empty of [[], { images: [] }]) await rejection(ArgumentError, () => corpusOfIndex(json(empty)));
  });

  it('leave out and name the entries of a description that make no sense', async () => {
    const photo = repositoryFile('site/photos/coffee.jpg').href;
    const long = 'x'.repeat(100_000);
    const odd = [
      'http://[',
      { file: 3 },
      null,
      7,
      { file: photo, title: { toString: 1 } },
      { file: photo, label: long },
    ];
    const missing = new URL('no-such-picture.jpg', location.href).href;
    const refused = ['javascript:alert(1)', 'http://127.0.0.1:9/refuses.png', missing];
    const corpus = await corpusOfIndex(json([...odd, photo, ...refused]));
    const { ids, skipped } = await readable(corpus);
    expect(ids).to.deep.equal([photo]);
    expect(skipped.map(({ id }) => id)).to.deep.equal([...odd.map((_, i) => `image ${String(i)}`), ...refused]);
    expect(skipped[0]!.reason).to.match(/image 0: "file" is no address; got "http:..\["\.$/);
    for (const { reason } of skipped) expect(reason.length).to.be.lessThan(1500);

    const codes = await codesOf(model, corpus);
    expect([codes.items.length, codes.skipped.length]).to.deep.equal([1, 9]);
    for await (const { skipped: told, index } of topK(model, corpus, { layers: ['active'], batch: 1 })) {
      if (index) expect([told.length, index.images, index.skipped.length]).to.deep.equal([9, [photo], 9]);
    }
  });

  it('skips what is not on a sheet, and says what is no sheet', async () => {
    const sheet = URL.createObjectURL(new Blob([png]));
    const tiles = { sheet, tile: [2, 2], classes: ['a', 5], labels: [0, 1, 7, 'length', null, 1.5] };
    const corpus = await corpusOfIndex(json(tiles));
    expect([...corpus.entries.values()].map(({ label }) => label)).to.deep.equal(['a', ...new Array<undefined>(5)]);
    const { ids, skipped } = await readable(corpus);
    // 5×4 pixels hold four tiles
    expect([ids.length, skipped.length]).to.deep.equal([4, 2]);
    expect(skipped[0]!.reason).to.contain('the sheet has no such tile; expected 2×2 pixels in 5×4');
    const large = await corpusOfIndex(json({ ...tiles, tile: [9, 9] }));
    expect((await readable(large)).skipped.length).to.equal(6);
    for (const tile of [[0, 0], [-1, 2], [2], [1e-3, 2], ['2', '2'], [2, null]]) {
      const error = await rejection(ModelFormatError, () => corpusOfIndex(json({ ...tiles, tile })));
      expect(error.message).to.contain('"tile" is no size');
    }
    await rejection(ModelFormatError, () => corpusOfIndex(json({ ...tiles, sheet: 'http://[' })));
    await rejection(ModelFormatError, () => corpusOfIndex(fixture('faults/c-sheet0.json')));
  });

  it('have as many pictures as a page can bear', async () => {
    const photo = 'https://x.test/a.png';
    const error = await rejection(ArgumentError, () => corpusOfIndex(json(new Array(100_001).fill(photo))));
    expect(error.message).to.contain('too many pictures; expected at most 100,000; got 100,001');
    const most = await corpusOfIndex(json(new Array(100_000).fill(photo)));
    expect(most.size).to.equal(100_000);
    expect([...most.entries.keys()].at(-1)).to.equal(`${photo} (100000)`);
  });

  it('are read in order, without those that are not wanted', async () => {
    const ids: string[] = [];
    for await (const { id } of preparedImages(model, streamed(noise(7)), { ahead: 3, without: new Set(['2', '6']) }))
      ids.push(id);
    expect(ids).to.deep.equal(['0', '1', '3', '4', '5']);
  });
});
