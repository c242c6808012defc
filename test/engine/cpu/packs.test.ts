import { expect } from 'chai';
import { Arena } from '../../../src/cpu/arena.ts';
import { Packs } from '../../../src/engine/cpu/packs.ts';

describe('what is packed', () => {
  it('is held as long as somebody uses it, and once', () => {
    const memory = new Arena();
    const packs = new Packs(memory);
    const [first, second] = [memory.take('weights', 16), memory.take('weights', 16)];
    expect(packs.hold('a')).to.equal(undefined);
    expect(packs.keep('a', first)).to.equal(first);
    expect(packs.hold('a')).to.equal(first);
    expect(packs.keep('a', second)).to.equal(first);
    expect(memory.pieces).to.equal(1);
    for (const left of [1, 1, 0]) {
      packs.release('a');
      expect(memory.pieces).to.equal(left);
    }
  });
});
