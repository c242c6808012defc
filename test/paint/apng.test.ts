import { expect } from 'chai';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { loadImage } from '../../src/models/image.ts';
import { blankPicture, pictureFromRgb, type Picture } from '../../src/models/picture.ts';
import { toApng } from '../../src/paint/apng.ts';
import { expectRejection } from '../rejection.ts';
import { decodeAnimation } from '../support/animation.ts';
import { Random } from '../support/random.ts';

function noise(seed: number, width: number, height: number): Picture {
  const random = new Random(seed);
  const rgb = Array.from({ length: width * height * 3 }, () => Math.floor(256 * random.next()));
  return pictureFromRgb(rgb, width, height);
}

/** What follows the signature: chunks of length, type, data and checksum. */
function chunksOf(file: Uint8Array<ArrayBuffer>): { type: string; bytes: Uint8Array<ArrayBuffer> }[] {
  const chunks = [];
  for (let at = 8; at < file.length;) {
    const length = new DataView(file.buffer).getUint32(at);
    const bytes = file.slice(at, at + length + 12);
    chunks.push({ type: new TextDecoder().decode(bytes.subarray(4, 8)), bytes });
    at += bytes.length;
  }
  return chunks;
}

describe('paint/apng', () => {
  it('the browser finds every frame with its pixels and its duration', async () => {
    const pictures = Array.from({ length: 5 }, (_, i) => noise(i, 7, 5));
    const png = await toApng(pictures.map((picture, i) => ({ picture, ms: 40 + 300 * i })));
    const { frames, repetitions } = await decodeAnimation(png);
    expect(repetitions).to.equal(Infinity);
    expect(frames.map(({ pixels }) => pixels)).to.deep.equal(pictures.map(({ data }) => [...data]));
    expect(frames.map(({ ms }) => ms)).to.deep.equal([40, 340, 640, 940, 1240]);
  });

  it('is the last picture for whoever knows still pictures only', async () => {
    const pictures = [noise(1, 4, 6), noise(2, 4, 6)];
    const png = await toApng(pictures.map((picture) => ({ picture, ms: 10 })));
    expect(png.type).to.equal('image/png');
    const still = chunksOf(new Uint8Array(await png.arrayBuffer())).filter(({ type }) => !/acTL|fcTL|fdAT/.test(type));
    expect(still.map(({ type }) => type)).to.deep.equal(['IHDR', 'IDAT', 'IEND']);
    const parts = [png.slice(0, 8), ...still.map(({ bytes }) => bytes)];
    const { width, height, data } = await loadImage(new Blob(parts, { type: 'image/png' }));
    expect([width, height]).to.deep.equal([4, 6]);
    expect([...data]).to.deep.equal([...pictures[1]!.data]);
  });

  it('does not put together what does not fit', async () => {
    const frames = [blankPicture(2, 2), blankPicture(2, 3)].map((picture) => ({ picture, ms: 10 }));
    await expectRejection(ShapeError, /expected 2×2; got 2×3/, () => toApng(frames));
    await expectRejection(ArgumentError, 'at least one picture', () => toApng([]));
  });
});
