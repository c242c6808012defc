import { expect } from 'chai';
import { filled, sumOfSquares } from '../../src/tensor/elementwise.ts';

describe('elementwise', () => {
  it('fills by place, in order', () => {
    const places: number[] = [];
    expect([...filled(4, (i) => (places.push(i), i / 2))]).to.deep.equal([0, 0.5, 1, 1.5]);
    expect(places).to.deep.equal([0, 1, 2, 3]);
    expect(filled(0, () => 1)).to.have.length(0);
  });

  it('adds up squares in float64', () => {
    expect(sumOfSquares(Float32Array.of(2 ** 26, 1, -1))).to.equal(2 ** 52 + 2);
    expect(sumOfSquares(new Uint8Array())).to.equal(0);
    expect(sumOfSquares(Float32Array.of(1, NaN))).to.be.NaN;
  });
});
