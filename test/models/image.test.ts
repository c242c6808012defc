import { expect } from 'chai';
import { ImageError, ShapeError } from '../../src/errors.ts';
import { cutImage, loadImage } from '../../src/models/image.ts';
import { toImageData, type Picture } from '../../src/models/picture.ts';
import { fixture, repositoryFile } from '../goldens.ts';
import { rejection } from '../rejection.ts';

function pixel({ data, width }: Picture, x: number, y: number): number[] {
  return [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

/** 2×1: half transparent red, opaque 1, 2, 3. */
function sample(): ImageData {
  return new ImageData(Uint8ClampedArray.of(255, 0, 0, 128, 1, 2, 3, 255), 2, 1);
}

/** A line of test/fixtures/pictures/decoded.json. */
interface Decoded {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
  readonly crop: string;
}

async function hashOf({ data }: Picture): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(data.filter((_, i) => i % 4 < 3)));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('models/image', () => {
  it('makes of files what Pillow makes of them, and the decoders in Node', async () => {
    const list = fixture('pictures/decoded.json');
    for (const { file, width, height, rgb, crop } of (await (await fetch(list)).json()) as Decoded[]) {
      const picture = await loadImage(new URL(file, list));
      expect([picture.width, picture.height, await hashOf(picture)], file).to.deep.equal([width, height, rgb]);
      const cut = await cutImage(new URL(file, list), { width: 224, height: 224, resize: 256 });
      expect(await hashOf(cut.crop), file).to.equal(crop);
    }
  });

  it('takes bytes, and pixels of no class', async () => {
    const { width, height, data } = await loadImage(fixture('pictures/linear-gamma.png'));
    const bytes = new Uint8Array(await (await fetch(fixture('pictures/linear-gamma.png'))).arrayBuffer());
    for (const source of [bytes, { width, height, data }]) {
      expect(await loadImage(source)).to.deep.equal({ width, height, data });
    }
    await rejection(ShapeError, () => loadImage({ width: 2, height: 2, data: new Uint8ClampedArray(3) }));
  });

  it('turns a photo the way its EXIF orientation says', async () => {
    const picture = await loadImage(fixture('pictures/orientation-6.jpg'));
    expect([picture.width, picture.height]).to.deep.equal([16, 32]);
    const near = (x: number, y: number, color: readonly number[]): void =>
      pixel(picture, x, y).forEach((v, k) => expect(v).to.be.closeTo(color[k]!, 4));
    // Stored: red, green over blue, yellow; the left column is shown on top, bottom first.
    near(3, 5, [0, 0, 255, 255]);
    near(12, 5, [255, 0, 0, 255]);
    near(3, 25, [255, 255, 0, 255]);
    near(12, 25, [0, 255, 0, 255]);
  });

  it('keeps the numbers of the file: no colour management', async () => {
    const picture = await loadImage(fixture('pictures/linear-gamma.png').href);
    expect([...picture.data]).to.deep.equal([10, 20, 30, 255, 64, 128, 192, 255, 0, 100, 200, 255, 255, 250, 1, 255]);
  });

  it('reads every kind of source, on white', async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 2, height: 1 });
    canvas.getContext('2d')!.putImageData(sample(), 0, 0);
    const offscreen = new OffscreenCanvas(2, 1);
    offscreen.getContext('2d')!.putImageData(sample(), 0, 0);
    const file = await offscreen.convertToBlob();
    const image = new Image();
    image.src = URL.createObjectURL(file);
    const bitmap = await createImageBitmap(sample());
    for (const source of [sample(), canvas, offscreen, file, new File([file], 'a.png'), image, image.src, bitmap]) {
      const picture = await loadImage(source);
      expect([picture.width, picture.height]).to.deep.equal([2, 1]);
      expect([...picture.data.slice(4)]).to.deep.equal([1, 2, 3, 255]);
      expect(picture.data[0]).to.equal(255);
      expect(picture.data[1]).to.be.closeTo(127, 1);
      expect(picture.data[3]).to.equal(255);
    }
    URL.revokeObjectURL(image.src);
    // The caller's bitmap is left open.
    expect(bitmap.width).to.equal(2);
  });

  it('reads the frame of a video, and says when there is none', async () => {
    const video = document.createElement('video');
    const early = await rejection(ImageError, () => loadImage(video));
    expect(early.message).to.equal('<video>: the video has no frame yet. Wait for its "loadeddata" event.');
    const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 16 });
    const context = canvas.getContext('2d')!;
    video.srcObject = canvas.captureStream();
    video.muted = true;
    const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    // A captured canvas gives a frame when it is drawn on, and the video starts with the first.
    const drawing = setInterval(() => {
      context.fillStyle = 'rgb(0 128 0)';
      context.fillRect(0, 0, 16, 16);
    }, 20);
    await video.play();
    await shown;
    clearInterval(drawing);
    const picture = await loadImage(video);
    video.srcObject.getTracks().forEach((track) => track.stop());
    expect([picture.width, picture.height]).to.deep.equal([16, 16]);
    pixel(picture, 8, 8).forEach((v, k) => expect(v).to.be.closeTo([0, 128, 0, 255][k]!, 4));
  });

  it('explains pixels that the browser keeps from the page', async () => {
    // HTML inside an SVG from a blob: URL counts as another site's, as in a photo without CORS headers.
    const html = '<foreignObject width="8" height="8"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>';
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">${html}</svg>`;
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
    const error = await rejection(ImageError, () => loadImage(image));
    URL.revokeObjectURL(image.src);
    expect(error.code).to.equal('image');
    expect(error.message).to.contain('they come from another site').and.contain('crossorigin="anonymous"');
  });

  it('names CORS where another site gives nothing', async () => {
    const url = new URL(repositoryFile('site/photos/chelsea.jpg'));
    url.hostname = '127.0.0.1';
    const error = await rejection(ImageError, () => loadImage(url));
    expect(error.message).to.contain('CORS').and.contain(location.origin);
  });

  it('says what is no picture, with the size and type', async () => {
    const error = await rejection(ImageError, () =>
      loadImage(new File(['hello'], 'notes.txt', { type: 'text/plain' })),
    );
    expect(error.message)
      .to.contain('notes.txt: not a picture this browser can read')
      .and.contain('5 bytes of text/plain');
    await rejection(ImageError, () => loadImage(new Blob([])));
  });

  it('says what is empty or did not load', async () => {
    const empty = await rejection(ImageError, () =>
      loadImage(Object.assign(document.createElement('canvas'), { width: 0 })),
    );
    expect(empty.message).to.equal('HTMLCanvasElement: the picture is empty or did not load; got 0×150 pixels.');
    const image = new Image();
    image.src = fixture('no-such-picture.png').href;
    expect((await rejection(ImageError, () => loadImage(image))).message)
      .to.contain('no-such-picture.png')
      .and.contain('0×0');
    expect((await rejection(ImageError, () => loadImage(new Image()))).message).to.contain('<img>');
  });

  it('says that a file is missing', async () => {
    const error = await rejection(ImageError, () => loadImage('/no-such-picture.jpg'));
    expect(error.message).to.contain(`${location.origin}/no-such-picture.jpg`).and.contain('HTTP 404');
  });

  it('stays an AbortError when cancelled', async () => {
    const url = repositoryFile('site/photos/chelsea.jpg');
    expect((await rejection(DOMException, () => loadImage(url, { signal: AbortSignal.abort() }))).name).to.equal(
      'AbortError',
    );
    const controller = new AbortController();
    const loading = rejection(DOMException, () => loadImage(url, controller));
    controller.abort();
    expect((await loading).name).to.equal('AbortError');
  });

  it('gives pictures that a canvas takes', async () => {
    const data = toImageData(await loadImage(sample()));
    expect(data).to.be.instanceOf(ImageData);
    expect([data.width, data.height]).to.deep.equal([2, 1]);
  });
});
