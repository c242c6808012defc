import { expect } from 'chai';
import { pictureFromRgb, type Picture } from '../../src/models/picture.ts';
import { resizePicture } from '../../src/models/resize.ts';
import { fixture } from '../goldens.ts';

interface Case {
  readonly seed: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** base64 */
  readonly rgb: string;
}

/** The generator of test/fixtures/pictures/make_pictures.py. */
function randomPicture([width, height]: readonly [number, number], seed: number): Picture {
  let x = seed;
  const rgb = Uint8Array.from({ length: width * height * 3 }, () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return x >>> 24;
  });
  return pictureFromRgb(rgb, width, height);
}

describe('models/resize', () => {
  it('gives the bytes that Pillow gives', async () => {
    const cases = (await (await fetch(fixture('pictures/resize.json'))).json()) as Case[];
    expect(cases).to.have.length(8);
    for (const { seed, from, to, rgb } of cases) {
      const got = resizePicture(randomPicture(from, seed), ...to);
      const want = pictureFromRgb(
        Uint8Array.from(atob(rgb), (c) => c.charCodeAt(0)),
        ...to,
      );
      expect(got, `${from.join('×')} to ${to.join('×')}`).to.deep.equal(want);
    }
  });

  it('leaves a picture of the right size alone', () => {
    const picture = randomPicture([5, 3], 1);
    expect(resizePicture(picture, 5, 3)).to.equal(picture);
  });
});
