import { expect } from 'chai';
import { bellAt, bitsAt, mix, uniformAt } from '../../../src/methods/attribution/parts/noise.ts';
import { gaussLegendre } from '../../../src/methods/attribution/parts/quadrature.ts';
import { riseMask } from '../../../src/methods/attribution/rise.ts';
import { fixture, golden } from '../../goldens.ts';
import { relativeError } from '../../support/numbers.ts';

interface Vectors {
  readonly mix: Readonly<Record<string, number>>;
  readonly 'u(stream,i)': readonly (readonly [stream: number, i: number, bits: number])[];
  readonly 'uniform(3000,0..4)': readonly number[];
  readonly 'bell(1000,0..3)': readonly number[];
}

describe('noise', () => {
  it('is bit by bit that of the references', async () => {
    const response = await fetch(fixture('goldens/attribution/generator.json'));
    const { test_vectors: vectors } = (await response.json()) as { readonly test_vectors: Vectors };
    for (const [x, expected] of Object.entries(vectors.mix)) expect(mix(Number(x)), x).to.equal(expected);
    for (const [stream, i, expected] of vectors['u(stream,i)']) expect(bitsAt(stream, i)).to.equal(expected);
    const uniform = vectors['uniform(3000,0..4)'];
    expect(uniform.map((_, i) => uniformAt(3000, i))).to.deep.equal(uniform);
    const bell = vectors['bell(1000,0..3)'];
    expect(bell.map((_, i) => bellAt(1000, i))).to.deep.equal(bell);
    const row = (await (await golden('attribution/coffee')).tensor('noise_0_row0')).data;
    expect([...row].map((_, i) => Math.fround(25.5 * bellAt(1000, i)))).to.deep.equal([...row]);
  });

  it('has mean 0 and variance 1', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => bellAt(7, i));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + b ** 2, 0) / values.length;
    expect(mean).to.be.closeTo(0, 0.03);
    expect(variance).to.be.closeTo(1, 0.05);
    expect(Math.max(...values.map(Math.abs))).to.be.below(4.89);
  });

  it('makes the masks of RISE', async () => {
    const expected = (await (await golden('attribution/coffee')).tensor('rise_mask_0_56')).data;
    const mask = riseMask([224, 224], { cells: 7, seen: 0.5, stream: 3000 });
    const fourth = mask.filter((_, i) => (i % 224) % 4 === 0 && Math.floor(i / 224) % 4 === 0);
    expect(relativeError(fourth, expected)).to.be.below(1e-6);
  });
});

describe('Gauss and Legendre', () => {
  for (const n of [1, 2, 5, 32, 50]) {
    it(`integrate what ${n} nodes can`, () => {
      const nodes = gaussLegendre(n);
      for (const degree of [0, 1, 2 * n - 1]) {
        const integral = nodes.reduce((sum, { at, weight }) => sum + weight * at ** degree, 0);
        expect(integral).to.be.closeTo(1 / (degree + 1), 1e-12);
      }
      const beyond = nodes.reduce((sum, { at, weight }) => sum + weight * at ** (2 * n), 0);
      if (n <= 5) expect(Math.abs(beyond - 1 / (2 * n + 1))).to.be.above(1e-7);
    });
  }
});
