import { expect } from 'chai';
import { ArgumentError, ImageError } from '../../src/errors.ts';
import { cutImage, loadImage } from '../../src/models/image.ts';
import { sizeOfFile } from '../../src/models/picture-size.ts';
import { toImageData } from '../../src/models/picture.ts';
import { fixture, repositoryFile } from '../goldens.ts';
import { rejection } from '../rejection.ts';

const INPUT = { height: 32, width: 32, resize: 32 } as const;

async function canvasFile(width: number, height: number, type: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.fillRect(0, 0, width, height);
  const file = await canvas.convertToBlob({ type });
  expect(file.type).to.equal(type);
  return file;
}

async function fileAt(url: URL): Promise<Blob> {
  return (await fetch(url)).blob();
}

/** Bytes of numbers and texts. */
function file(...parts: readonly (string | readonly number[])[]): File {
  const bytes = parts.map((part) => (typeof part === 'string' ? part : Uint8Array.from(part)));
  return new File(bytes, 'a.picture');
}

const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const zeros = (n: number): number[] => new Array<number>(n).fill(0);
const png = (width: number, height: number): File =>
  file([0x89], 'PNG\r\n\u001a\n', u32(13), 'IHDR', u32(width), u32(height), [8, 2, 0, 0, 0], zeros(20));

describe('models/picture-size', () => {
  it('is what the file says, for every kind', async () => {
    for (const type of ['image/png', 'image/jpeg', 'image/webp']) {
      expect(await sizeOfFile(await canvasFile(301, 17, type)), type).to.deep.equal({ width: 301, height: 17 });
    }
    // A photo with a profile, and one that is to be turned: as stored
    const photo = await fileAt(repositoryFile('site/photos/chelsea.jpg'));
    const { width, height } = await loadImage(photo);
    expect(await sizeOfFile(photo)).to.deep.equal({ width, height });
    const turned = await fileAt(fixture('pictures/orientation-6.jpg'));
    expect(await sizeOfFile(turned)).to.deep.equal({ width: 32, height: 16 });
    for (const [kind, bytes] of [
      ['GIF', file('GIF89a', [45, 1, 17, 0], zeros(30))],
      ['BMP', file('BM', zeros(12), [40, 0, 0, 0], [45, 1, 0, 0], [239, 255, 255, 255], zeros(30))],
      ['WebP, extended', file('RIFF', u32(0), 'WEBPVP8X', zeros(8), [44, 1, 0], [16, 0, 0], zeros(30))],
      ['WebP, without loss', file('RIFF', u32(0), 'WEBPVP8L', u32(0), [0x2f, 44, 1, 4, 0], zeros(30))],
      [
        'AVIF of tiles',
        file(u32(20), 'ftypavif', zeros(20), 'ispe', zeros(4), u32(64), u32(64), 'ispe', zeros(4), u32(301), u32(17)),
      ],
    ] as const) {
      expect(await sizeOfFile(bytes), kind).to.deep.equal({ width: 301, height: 17 });
    }
  });

  it('is found behind the profiles and thumbnails of a JPEG', async () => {
    const jpeg = new Uint8Array(await (await canvasFile(301, 17, 'image/jpeg')).arrayBuffer());
    const profile = [0xff, 0xe2, 0xff, 0xff, ...zeros(65_533)];
    const parts = Array.from({ length: 20 }, () => Uint8Array.from(profile));
    const long = new Blob([jpeg.slice(0, 2), ...parts, jpeg.slice(2)]);
    expect(await sizeOfFile(long)).to.deep.equal({ width: 301, height: 17 });
    // Nothing but parts: it is given up
    expect(await sizeOfFile(new Blob([jpeg.slice(0, 2), ...parts]))).to.equal(undefined);
    expect(await sizeOfFile(file([0xff, 0xd8, 0xff], zeros(300)))).to.equal(undefined);
  });

  it('is unknown of what is none', async () => {
    for (const bytes of [new Blob([]), file('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), file(zeros(100))]) {
      expect(await sizeOfFile(bytes)).to.equal(undefined);
    }
  });

  it('keeps pictures that are too large from being decoded', async () => {
    for (const [width, height] of [
      [20_000, 20_000],
      [100_000, 2],
      [4_294_967_295, 4_294_967_295],
    ] as const) {
      const error = await rejection(ImageError, () => cutImage(png(width, height), INPUT));
      expect(error.message)
        .to.contain('a.picture: the picture is too large; expected at most 100 million pixels and 65,535 on a side')
        .and.contain(`got ${width}×${height} pixels`);
      await rejection(ImageError, () => loadImage(png(width, height)));
    }
    // Within the limits it is only damaged
    const damaged = await rejection(ImageError, () => cutImage(png(300, 300), INPUT));
    expect(damaged.message).to.contain('not a picture this browser can read');
  });
});

describe('models/image, cut for a network', () => {
  it('is the same from the Worker, from the page and from pixels', async () => {
    // 3,000 × 2,000 is cut in the Worker
    const canvas = new OffscreenCanvas(3000, 2000);
    const context = canvas.getContext('2d')!;
    for (let i = 0; i < 300; i++) {
      context.fillStyle = `rgb(${(i * 37) % 256} ${(i * 91) % 256} ${(i * 53) % 256})`;
      context.fillRect((i * 397) % 3000, (i * 211) % 2000, 300, 200);
    }
    const photo = await canvas.convertToBlob();
    const { Worker: Real } = globalThis;
    let opened = 0;
    globalThis.Worker = class extends Real {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        opened++;
      }
    };
    try {
      const inWorker = await cutImage(photo, { height: 200, width: 224, resize: 256 });
      expect(opened).to.equal(1);
      const onPage = await cutImage(await createImageBitmap(photo), { height: 200, width: 224, resize: 256 });
      const fromPixels = await cutImage(toImageData(await loadImage(photo)), { height: 200, width: 224, resize: 256 });
      expect(opened).to.equal(1);
      expect(inWorker).to.deep.equal(onPage);
      expect(inWorker).to.deep.equal(fromPixels);
      expect(inWorker.placement).to.deep.equal({ scaleX: 3000 / 384, scaleY: 2000 / 256, x: 80, y: 28 });
      expect(new Set(new Uint32Array(inWorker.crop.data.buffer)).size).to.be.greaterThan(100);
    } finally {
      globalThis.Worker = Real;
    }
  });

  it('says from the Worker what is wrong, and with which file', async () => {
    const photo = await canvasFile(3000, 2000, 'image/png');
    // As large as before, but nothing behind the header
    const damaged = new File([photo.slice(0, 60), new Uint8Array(2000)], 'half.png');
    const error = await rejection(ImageError, () => cutImage(damaged, INPUT));
    expect(error.message).to.contain('half.png: not a picture this browser can read').and.contain('2060 bytes');
    const abort = new AbortController();
    const cutting = rejection(DOMException, () => cutImage(photo, INPUT, abort));
    abort.abort();
    expect((await cutting).name).to.equal('AbortError');
    expect((await cutImage(photo, INPUT)).crop.width, 'the next one is not held up').to.equal(32);
  });

  it('takes a strip of 12000×2 pixels in its stride', async () => {
    const strip = await fileAt(fixture('faults/strip_12000x2.png'));
    const { crop, placement } = await cutImage(strip, { height: 224, width: 224, resize: 256 });
    expect([crop.width, crop.height]).to.deep.equal([224, 224]);
    expect(placement.scaleX).to.be.closeTo(2 / 256, 1e-9);
  });

  it('refuses absurd sizes of the input with the limit', async () => {
    const pixels = new ImageData(4, 4);
    for (const to of [
      { height: 1e9, width: 1e9, resize: 'stretch' },
      { height: 8, width: 8, resize: 1e9 },
      { height: 0, width: 8, resize: 8 },
      { height: NaN, width: 8, resize: 8 },
      { height: 8, width: 8, resize: NaN },
    ] as const) {
      const error = await rejection(ArgumentError, () => cutImage(pixels, to));
      expect(error.message).to.contain('at most 16,777,216 pixels, scaled to at most 65,536');
    }
    await rejection(ArgumentError, () => cutImage(pixels, { height: 9, width: 8, resize: 8 }));
  });

  it('gives words, or a picture, for odd files', async () => {
    const svg = new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'a.svg', { type: 'image/svg+xml' });
    const jpeg = await fileAt(repositoryFile('site/photos/chelsea.jpg'));
    const halves = new File([jpeg.slice(0, jpeg.size / 2)], 'half.jpg');
    for (const odd of [new File([], 'empty.png'), svg, halves, file('GIF89a', zeros(40)), file([0xff, 0xd8])]) {
      try {
        expect((await cutImage(odd, INPUT)).crop.width).to.equal(32);
      } catch (error) {
        expect(error).to.be.instanceOf(ImageError);
      }
    }
  });
});
