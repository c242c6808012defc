import { expect } from 'chai';
import { fetchExamples } from '../../src/bundled-examples.ts';
import { readIdxExamples, type IdxFile } from '../../src/corpus/idx.ts';
import { ArgumentError, ModelFetchError } from '../../src/errors.ts';
import { MAX_IMAGE_SIDE } from '../../src/limits.ts';
import { repositoryFile } from '../goldens.ts';
import { expectRejection, rejection } from '../rejection.ts';
import { Random } from '../support/random.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** An IDX file as its definition says, whatever it says of itself. */
function idx(shape: readonly number[], values: ArrayLike<number>, type = 0x08): Bytes {
  const view = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  for (const [axis, length] of shape.entries()) view.setUint32(4 + 4 * axis, length);
  return Uint8Array.from([...new Uint8Array(view.buffer), ...Array.from(values)]);
}

async function gzip(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const random = new Random(11);
const pixels = Uint8Array.from({ length: 60 * 12 }, () => Math.floor(256 * random.next()));
const classes = Array.from({ length: 60 }, (_, i) => (7 * i) % 5);
// As many as the number of "<": a web page begins with it.
const IMAGES = idx([60, 4, 3], pixels);
const LABELS = idx([60], classes);

const fails = (message: string | RegExp, images: IdxFile, labels: IdxFile = LABELS): Promise<void> =>
  expectRejection(ArgumentError, message, () => readIdxExamples({ images, labels, classes: 5 }));

describe('IDX files', () => {
  it('become examples, compressed or not, of one channel or more', async () => {
    const sets = [
      { images: IMAGES, labels: LABELS },
      { images: await gzip(IMAGES), labels: new File([await gzip(LABELS)], 'labels.gz') },
      { images: new Blob([IMAGES]), labels: await gzip(LABELS) },
    ];
    for (const set of sets) {
      const { count, shape, outputs, images, targets, mean, std } = await readIdxExamples(set);
      expect([count, shape, outputs, mean, std]).to.deep.equal([60, [1, 4, 3], 5, [0], [255]]);
      expect(images).to.deep.equal({ values: pixels, size: 12 });
      const found = classes.map((_, i) => (targets.values as Uint8Array).subarray(5 * i, 5 * i + 5).indexOf(1));
      expect(found).to.deep.equal(classes);
    }
    const options = { images: idx([60, 3, 2, 2], pixels), labels: LABELS, classes: 9, mean: [1, 2, 3], std: [4, 5, 6] };
    const coloured = await readIdxExamples(options);
    expect([coloured.shape, coloured.outputs]).to.deep.equal([[3, 2, 2], 9]);
    expect([coloured.mean, coloured.std]).to.deep.equal([options.mean, options.std]);
  });

  it('that are damaged, or something else, say what is wrong', async () => {
    await fails('not a file of the format of MNIST', Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
    await fails('got nothing', new Uint8Array());
    await fails('expected bytes; got floats', idx([60, 4, 3], [...pixels, ...pixels, ...pixels, ...pixels], 0x0d));
    await fails('00 00 07 03', idx([60, 4, 3], pixels, 7));
    await fails('expected 3 or 4; got 1', LABELS);
    await fails('expected 1; got 3', IMAGES, IMAGES);
    for (const length of [5, 15]) await fails('a header of 16 bytes', IMAGES.slice(0, length));
    await fails('720 bytes for 60×4×3; got 719 bytes', IMAGES.slice(0, -1));
    await fails('got 721 bytes', Uint8Array.from([...IMAGES, 0]));
    await fails('nothing in the file', idx([0, 4, 3], []));
    await fails(
      `at most ${MAX_IMAGE_SIDE} a side; got ${MAX_IMAGE_SIDE + 1}`,
      idx([60, 1, MAX_IMAGE_SIDE + 1], pixels),
    );
    await fails(/pictures\.bin: .*ends too early/, new File([IMAGES.slice(0, 100)], 'pictures.bin'));
    await fails('no file', 'an address' as unknown as Blob);
  });

  it('that ask for more than there is are refused before it is allocated', async () => {
    await fails('too much for a page', idx([2 ** 32 - 1, 2000, 2000], []));
    await fails('too much for a page', IMAGES, idx([2 ** 31], []));
    const many = new Uint8Array(1000);
    const options = { images: idx([1000, 1, 1], many), labels: idx([1000], many), classes: 2 ** 30 };
    await expectRejection(ArgumentError, 'too much for a page', () => readIdxExamples(options));

    const packed = await gzip(IMAGES);
    const size = (bytes: number): Bytes => {
      const changed = packed.slice();
      new DataView(changed.buffer).setUint32(changed.length - 4, bytes, true);
      return changed;
    };
    await fails('hold too much, or end too early', size(2 ** 32 - 1));
    for (const bytes of [2 ** 30, IMAGES.length + 1, IMAGES.length - 1])
      await fails('gzip data are damaged', size(bytes));
  });

  it('that are compressed and damaged say so', async () => {
    const packed = await gzip(IMAGES);
    await fails('gzip data are damaged', packed.slice(0, 10));
    await fails(/gzip data (are damaged|hold too much)/, packed.slice(0, -9));
    const turned = packed.slice();
    turned[Math.floor(turned.length / 2)]! ^= 0x55;
    await fails('gzip data are damaged', turned);
  });

  it('that do not belong together say so', async () => {
    await fails('expected 60; got 59', IMAGES, idx([59], classes.slice(1)));
    await fails('the label of picture 3 is no class', IMAGES, idx([60], classes.with(3, 5)));
    const aborted = { images: await gzip(IMAGES), labels: LABELS, signal: AbortSignal.abort() };
    expect((await rejection(DOMException, () => readIdxExamples(aborted))).name).to.equal('AbortError');
  });
});

describe('examples', () => {
  it('of Fashion-MNIST come with the library, as many of each class', async () => {
    const { classes, training, heldOut } = await fetchExamples('fashion-mnist');
    expect(classes).to.have.length(10);
    for (const [set, perClass] of [
      [training, 240],
      [heldOut, 80],
    ] as const) {
      expect([set.count, set.shape, set.outputs]).to.deep.equal([10 * perClass, [1, 28, 28], 10]);
      const counts = new Array<number>(10).fill(0);
      for (const [at, is] of (set.targets.values as Uint8Array).entries()) counts[at % 10]! += is;
      expect(counts).to.deep.equal(new Array(10).fill(perClass));
    }
    // The first held-out picture of each class is also on a sheet that was made of the original files, a hundred tiles for each.
    const sheet = await createImageBitmap(
      await (await fetch(repositoryFile('site/data/fashion-mnist-1000.png'))).blob(),
    );
    const context = new OffscreenCanvas(28, 28).getContext('2d')!;
    const pullovers = 2;
    const tile = 100 * pullovers;
    context.drawImage(sheet, -28 * (tile % 40), -28 * Math.floor(tile / 40));
    const grey = context.getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0);
    const at = (heldOut.targets.values as Uint8Array).findIndex((is, i) => is === 1 && i % 10 === pullovers);
    const { values, size } = heldOut.images;
    const picture = values.subarray(Math.floor(at / 10) * size, (Math.floor(at / 10) + 1) * size);
    expect([...picture]).to.deep.equal([...grey]);
  });

  it('of addresses are fetched from there', async () => {
    const address = (name: string): string => repositoryFile(`models/fashion-mnist/t10k-${name}-ubyte.gz`).href;
    const held = { images: address('images-idx3'), labels: address('labels-idx1') };
    const names = Array.from({ length: 10 }, (_, i) => `class ${i}`);
    const { classes, training, heldOut } = await fetchExamples({ training: held, heldOut: held, classes: names });
    expect(classes).to.equal(names);
    expect(training).to.deep.equal(heldOut);
    expect(training.count).to.equal(800);
    const unnamed = await fetchExamples({ training: held, heldOut: held });
    expect(unnamed.classes).to.deep.equal(Array.from({ length: 10 }, (_, i) => String(i)));
    expect(unnamed.training).to.deep.equal(training);
    for (const [images, message] of [
      [address('nothing'), '404'],
      [repositoryFile('package.json').href, 'instead of the file'],
    ] as const) {
      const fetching = (): unknown => fetchExamples({ training: { ...held, images }, heldOut: held });
      await expectRejection(ModelFetchError, message, fetching);
    }
    const swapped = { images: held.labels, labels: held.labels };
    await expectRejection(ArgumentError, `${held.labels}: the file has other axes`, () =>
      fetchExamples({ training: held, heldOut: swapped }),
    );
    await expectRejection(ArgumentError, 'expected fashion-mnist', () => fetchExamples('mnist'));
    for (const absurd of [undefined, {}, { training: held, heldOut: { images: held.images } }]) {
      const fetching = (): unknown => fetchExamples(absurd as unknown as string);
      await expectRejection(ArgumentError, /(training|heldOut): the files are not named/, fetching);
    }
  });
});
