import { expect } from 'chai';
import { colormap, COLORMAPS, cssGradient, type ColormapName } from '../../src/paint/colormaps.ts';

/** Entries of matplotlib's tables with 256 colours, by index. */
const REFERENCE: readonly (readonly [ColormapName, Readonly<Record<number, readonly number[]>>])[] = [
  ['viridis', { 0: [68, 1, 84], 1: [68, 2, 86], 64: [59, 82, 139], 128: [33, 145, 140], 200: [112, 207, 87], 254: [251, 231, 35], 255: [253, 231, 37] }], // prettier-ignore
  ['magma', { 0: [0, 0, 4], 1: [1, 0, 5], 64: [81, 18, 124], 128: [183, 55, 121], 200: [253, 152, 105], 254: [252, 251, 189], 255: [252, 253, 191] }], // prettier-ignore
  ['rdbu', { 0: [5, 48, 97], 1: [6, 50, 100], 64: [107, 172, 209], 128: [247, 246, 246], 200: [219, 107, 85], 254: [106, 1, 31], 255: [103, 0, 31] }], // prettier-ignore
  ['gray', { 0: [0, 0, 0], 100: [100, 100, 100], 255: [255, 255, 255] }],
];

describe('paint/colormaps', () => {
  for (const [name, colors] of REFERENCE) {
    it(`${name} is within 1 of the published table, and exact at the ends`, () => {
      const color = colormap(name);
      for (const [index, want] of Object.entries(colors)) {
        const tolerance = index === '0' || index === '255' ? 0 : 1;
        color(Number(index) / 255).forEach((v, k) => {
          expect(Math.abs(Math.round(v) - want[k]!), `${name}[${index}]`).to.be.at.most(tolerance);
        });
      }
    });
  }

  it('keep the colour of the end outside 0…1', () => {
    for (const name of COLORMAPS) {
      expect(colormap(name)(-3)).to.deep.equal(colormap(name)(0));
      expect(colormap(name)(7)).to.deep.equal(colormap(name)(1));
    }
  });

  it('all but rdbu grow lighter all the way', () => {
    for (const name of ['viridis', 'magma', 'gray'] as const) {
      const color = colormap(name);
      const lightness = Array.from({ length: 101 }, (_, i) => {
        const [r, g, b] = color(i / 100);
        return 0.299 * r + 0.587 * g + 0.114 * b;
      });
      expect(lightness.every((v, i) => i === 0 || v > lightness[i - 1]!)).to.be.true;
    }
  });

  it('are gradients that CSS understands', () => {
    expect(cssGradient('gray')).to.equal('linear-gradient(to right, rgb(0 0 0), rgb(255 255 255))');
    for (const name of COLORMAPS) expect(CSS.supports('background', cssGradient(name, 'top'))).to.be.true;
  });
});
