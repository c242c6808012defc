import { expect } from 'chai';
import { halfBits, ofHalfBits } from '../../src/tensor/halves.ts';

const FINITE = Array.from({ length: 1 << 16 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);

describe('halves', () => {
  it('round-trip, all of them', () => {
    for (const bits of FINITE) expect(halfBits(ofHalfBits(bits))).to.equal(bits);
  });

  it('are the nearest to what lies between two, and the even one in the middle', () => {
    for (const bits of FINITE.filter((at) => at < 0x7bff)) {
      const [here, next] = [ofHalfBits(bits), ofHalfBits(bits + 1)];
      const even = bits % 2 === 0 ? bits : bits + 1;
      expect(halfBits((here + next) / 2)).to.equal(even);
      expect(halfBits(Math.fround(here + 0.499 * (next - here)))).to.equal(bits);
      expect(halfBits(Math.fround(here + 0.501 * (next - here)))).to.equal(bits + 1);
      expect(halfBits(-Math.fround(here + 0.501 * (next - here)))).to.equal((bits + 1) | 0x8000);
    }
  });

  it('end where float16 ends', () => {
    expect(ofHalfBits(0x7bff)).to.equal(65_504);
    expect(halfBits(65_519)).to.equal(0x7bff);
    for (const value of [65_520, -65_520, 1e30, Infinity, NaN]) expect(halfBits(value)).to.equal(undefined);
    expect([0x7c00, 0xfc00, 0x7e00].map(ofHalfBits)).to.deep.equal([Infinity, -Infinity, NaN]);
  });
});
