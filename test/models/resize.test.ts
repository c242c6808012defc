import { expect } from 'chai';
import { cropPicture, pictureFromRgb, type Picture } from '../../src/models/picture.ts';
import { Resampler, type Part } from '../../src/models/resize.ts';
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

/** A part of a picture at another size, all of it by default, from the rows that are asked for. */
function resized(picture: Picture, [width, height]: readonly [number, number], part?: Part): Picture {
  const resampler = new Resampler(picture, { width, height }, part ?? { x: 0, y: 0, width, height });
  const { x, y, width: columns, height: rows } = resampler.source;
  for (let row = y; row < y + rows; row++) {
    const start = (row * picture.width + x) * 4;
    resampler.add(picture.data.slice(start, start + columns * 4), 0);
  }
  return resampler.finish();
}

describe('models/resize', () => {
  it('gives the bytes that Pillow gives', async () => {
    const cases = (await (await fetch(fixture('pictures/resize.json'))).json()) as Case[];
    expect(cases).to.have.length(8);
    for (const { seed, from, to, rgb } of cases) {
      const got = resized(randomPicture(from, seed), to);
      const want = pictureFromRgb(
        Uint8Array.from(atob(rgb), (c) => c.charCodeAt(0)),
        ...to,
      );
      expect(got, `${from.join('×')} to ${to.join('×')}`).to.deep.equal(want);
    }
  });

  it('leaves a picture of the right size as it is', () => {
    const picture = randomPicture([5, 3], 1);
    expect(resized(picture, [5, 3])).to.deep.equal(picture);
  });

  it('makes a part as if the whole had been scaled, from no more of the picture than it needs', () => {
    for (const [from, to] of [
      [
        [61, 43],
        [20, 17],
      ],
      [
        [13, 29],
        [40, 31],
      ],
      [
        [500, 2],
        [3000, 12],
      ],
    ] as const) {
      const picture = randomPicture(from, 7);
      const part = { x: Math.floor(to[0] / 3), y: 5, width: 6, height: 7 };
      const { source } = new Resampler(picture, { width: to[0], height: to[1] }, part);
      expect(source.width).to.be.lessThan(from[0]);
      expect(resized(picture, to, part)).to.deep.equal(
        cropPicture(resized(picture, to), part.x, part.y, part.width, part.height),
      );
    }
  });
});
