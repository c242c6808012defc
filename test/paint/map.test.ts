import { expect } from 'chai';
import { ShapeError } from '../../src/errors.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { paintClasses } from '../../src/paint/classes.ts';
import { paintGradient } from '../../src/paint/gradient.ts';
import { paintMap } from '../../src/paint/map.ts';
import { overlay } from '../../src/paint/overlay.ts';
import { rangeOf } from '../../src/paint/range.ts';
import { rejection } from '../rejection.ts';

describe('paint/range', () => {
  it('spans the finite values', () => {
    expect(rangeOf([3, NaN, -1, Infinity, 2])).to.deep.equal([-1, 3]);
    expect(rangeOf([3, -7, 2], { symmetric: true })).to.deep.equal([-7, 7]);
    expect(rangeOf([NaN])).to.deep.equal([0, 0]);
  });

  it('leaves out a percentile at both ends, interpolated as numpy does', () => {
    const values = Float32Array.from({ length: 11 }, (_, i) => (i * 7) % 11);
    expect(rangeOf(values, { percentile: 90 })).to.deep.equal([1, 9]);
    expect(rangeOf(values, { percentile: 95 })[1]).to.be.closeTo(9.5, 1e-12);
    expect(rangeOf(values.map((v) => -v), { percentile: 95, symmetric: true })[0]).to.be.closeTo(-9.5, 1e-12); // prettier-ignore
  });

  it('leaves nothing out where all but a few values are 0', () => {
    const sparse = new Float32Array(2304);
    sparse.set([0.1, -0.3, 0.2], 700);
    expect(rangeOf(sparse, { percentile: 99.5 })).to.deep.equal([Math.fround(-0.3), Math.fround(0.2)]);
    const ends = [-Math.fround(0.3), Math.fround(0.3)];
    expect(rangeOf(sparse, { percentile: 99.5, symmetric: true })).to.deep.equal(ends);
  });
});

describe('paint/map', () => {
  it('paints the ends of the range in the colours of the ends', () => {
    const { picture, range } = paintMap(Float32Array.of(-2, 6, 2, 0), 2, 2, { colormap: 'gray' });
    expect(range).to.deep.equal([-2, 6]);
    expect([picture.width, picture.height]).to.deep.equal([2, 2]);
    expect([...picture.data]).to.deep.equal([0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255, 64, 64, 64, 255]);
  });

  it('lets through what lies below where low values fade', () => {
    const { picture } = paintMap([0, 1, 3, 4], 1, 4, { colormap: 'gray', range: [0, 3], fade: true });
    expect([...picture.data].filter((_, i) => i % 4 === 3)).to.deep.equal([0, 85, 255, 255]);
  });

  it('is viridis, or rdbu with white at 0 where symmetric', () => {
    expect([...paintMap([0, 1], 1, 2).picture.data]).to.deep.equal([68, 1, 84, 255, 253, 231, 37, 255]);
    const { picture, range } = paintMap([-1, 0, 4], 1, 3, { symmetric: true });
    expect(range).to.deep.equal([-4, 4]);
    expect([...picture.data.slice(4)]).to.deep.equal([247, 247, 247, 255, 103, 0, 31, 255]);
    expect(picture.data[2]).to.be.greaterThan(picture.data[0]!);
  });

  it('uses a given range as it is, and saturates', () => {
    const { picture, range } = paintMap([-5, 50], 1, 2, { range: [0, 10], colormap: 'gray', percentile: 50 });
    expect(range).to.deep.equal([0, 10]);
    expect([...picture.data]).to.deep.equal([0, 0, 0, 255, 255, 255, 255, 255]);
  });

  it('leaves what is no number transparent, and paints a constant map in the middle colour', () => {
    const { picture } = paintMap([NaN, 3, -Infinity, 3], 1, 4, { colormap: 'gray' });
    expect([...picture.data]).to.deep.equal([0, 0, 0, 0, 128, 128, 128, 255, 0, 0, 0, 0, 128, 128, 128, 255]);
  });

  it('refuses values that do not fill the picture', async () => {
    const error = await rejection(ShapeError, () => paintMap([1, 2, 3], 2, 2));
    expect(error.message).to.contain('expected 4 for 2×2').and.contain('got 3');
  });
});

describe('paint/gradient', () => {
  it('is grey at 0 and full colour at the scale, planes in their order', () => {
    const values = [0, 2, -2, 0, 0, 1]; // plane 0: 0, 2; plane 1: −2, 0; plane 2: 0, 1
    const bgr = paintGradient(values, 1, 2, { channels: 'BGR', scale: 2 });
    expect(bgr.range).to.deep.equal([-2, 2]);
    expect([...bgr.picture.data]).to.deep.equal([128, 0, 128, 255, 191, 128, 255, 255]);
    const rgb = paintGradient(values, 1, 2, { channels: 'RGB', scale: 2 });
    expect([...rgb.picture.data]).to.deep.equal([128, 0, 128, 255, 255, 128, 191, 255]);
    expect([...paintGradient([-2, 2], 1, 2, { channels: 'gray', scale: 2 }).picture.data.slice(0, 4)]).to.deep.equal([
      0, 0, 0, 255,
    ]);
  });

  it('lets single outliers saturate instead of darkening the rest', () => {
    const values = new Float32Array(300).map((_, i) => (i % 2 === 0 ? 1 : -1));
    values[7] = -1000;
    const { picture, range } = paintGradient(values, 10, 10, { channels: 'RGB' });
    expect(range).to.deep.equal([-1, 1]);
    expect(picture.data[0]).to.equal(255);
    expect(picture.data[7 * 4]).to.equal(0);
  });

  it('is plain grey where nothing has a gradient', () => {
    const { picture, range } = paintGradient(new Float32Array(3), 1, 1, { channels: 'BGR' });
    expect(range).to.deep.equal([0, 0]);
    expect([...picture.data]).to.deep.equal([128, 128, 128, 255]);
  });
});

describe('paint/overlay', () => {
  const base = pictureFromRgb([100, 0, 200, 10, 20, 30], 2, 1);

  it('mixes by opacity and by the alpha of the upper picture', () => {
    const top = { width: 2, height: 1, data: Uint8ClampedArray.of(200, 100, 0, 255, 255, 255, 255, 0) };
    expect([...overlay(base, top, 0.5).data]).to.deep.equal([150, 50, 100, 255, 10, 20, 30, 255]);
    expect(overlay(base, top, 0)).to.deep.equal(base);
  });

  it('refuses pictures of different sizes', async () => {
    await rejection(ShapeError, () => overlay(base, pictureFromRgb([1, 2, 3], 1, 1), 1));
  });
});

describe('paint/classes', () => {
  it('gives the most frequent classes the first colours', () => {
    const { picture, legend } = paintClasses([7, 285, 285, 285, 7, 3], 2, 3);
    expect(legend.map(({ id, count }) => [id, count])).to.deep.equal([[285, 3], [7, 2], [3, 1]]); // prettier-ignore
    expect([...picture.data.slice(4, 8)]).to.deep.equal([...legend[0]!.colour, 255]);
    expect([...picture.data.slice(0, 4)]).to.deep.equal([...legend[1]!.colour, 255]);
    expect(legend[0]!.colour).to.not.deep.equal(legend[1]!.colour);
  });
});
