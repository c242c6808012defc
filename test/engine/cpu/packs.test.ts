import { expect } from 'chai';
import { Arena } from '../../../src/cpu/arena.ts';
import { Packs } from '../../../src/engine/cpu/packs.ts';

describe('what is packed', () => {
  it('is held as long as somebody uses it, and not at all where it cannot be written', () => {
    const memory = new Arena();
    const packs = new Packs(memory);
    const at = packs.add('a', 'weights', 4, () => undefined);
    expect(packs.hold('a')).to.equal(at);
    packs.release('a');
    expect(memory.pieces).to.equal(1);
    const write = (): void => {
      throw new RangeError('no memory');
    };
    expect(() => packs.add('b', 'weights', 4, write)).to.throw(RangeError);
    expect(memory.pieces).to.equal(1);
    expect(packs.hold('b')).to.equal(undefined);
    packs.release('a');
    expect(memory.pieces).to.equal(0);
  });
});
