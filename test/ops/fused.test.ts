import { expect } from 'chai';
import { ArgumentError } from '../../src/errors.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { graphBuilder } from '../support/ops.ts';

describe('fused activations', () => {
  it('come after differentiation: a node that has one has no gradient, and says so', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [1, 2]);
    const w = builder.input('w', 'float32', [2, 3]);
    const attributes = { alpha: 1, beta: 1, transA: false, transB: false, low: 0 };
    const y = builder.add('gemm', [x, w], attributes, { name: 'fc' });
    expect(() => differentiate(builder.build('fused', [y]), { of: y, wrt: [x] }))
      .to.throw(ArgumentError, 'fused')
      .with.property('details')
      .that.includes({ where: 'fc' });
  });
});
