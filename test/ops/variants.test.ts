import { expect } from 'chai';
import { ArgumentError } from '../../src/errors.ts';
import type { Capabilities } from '../../src/ir/op.ts';
import { convolutions } from '../../src/ops/conv/kernels.ts';
import { products } from '../../src/ops/matmul/kernels.ts';
import { able, launchBest, type Variants, type Variant } from '../../src/ops/internal/variants.ts';

const PLAIN: Capabilities = { subgroups: false, adapter: 'software' };

const stub = (shader: string, needsSubgroups = false): Variant<number> => ({
  applies: (_, { subgroups }) => subgroups || !needsSubgroups,
  launches: () => [{ shader, params: {}, bindings: {}, threads: [1, 1, 1] }],
});

const family: Variants<number> = {
  variants: { other: stub('other'), quad: stub('quad', true), plain: stub('plain') },
  order: { software: ['quad', 'plain'], integrated: ['plain'], discrete: ['plain', 'quad'] },
};

describe('variants', () => {
  it('come in the order of the adapter, and only those that the device can run', () => {
    expect(able(family, 0, PLAIN)).to.deep.equal(['plain', 'other']);
    expect(able(family, 0, { subgroups: true, adapter: 'software' })).to.deep.equal(['quad', 'plain', 'other']);
    expect(able(family, 0, { subgroups: true, adapter: 'discrete' })).to.deep.equal(['plain', 'quad', 'other']);
  });

  it('can be asked for by name', () => {
    expect(launchBest(family, 0, PLAIN)[0]!.shader).to.equal('plain');
    expect(launchBest(family, 0, PLAIN, 'other')[0]!.shader).to.equal('other');
    expect(() => launchBest(family, 0, PLAIN, 'quad')).to.throw(ArgumentError, 'plain, other');
  });

  it('that are preferred exist', () => {
    for (const { variants, order } of [convolutions, products]) {
      for (const names of Object.values(order)) expect(variants).to.include.keys([...names]);
    }
  });
});
