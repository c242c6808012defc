import { expect } from 'chai';
import { ArgumentError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { graphBuilder } from '../support/ops.ts';
import { float32, tensor } from '../../src/tensor/tensor.ts';

describe('evaluate', () => {
  const builder = graphBuilder();
  const layer = builder.add('exp', [builder.input('x', 'float32', [2])], {}, { outputs: ['layer'] });
  builder.add('mul', [layer, builder.constant('w', float32([2], [2, 3]))], {}, { outputs: ['y'] });
  const graph = builder.build('net', ['y']);

  it('computes in float64', () => {
    const { y } = evaluate(graph, { x: float32([2], [0, 1]) });
    expect(y).to.deep.equal(tensor('float64', [2], [2, 3 * Math.E]));
  });

  it('takes tensors in the middle instead of computing them', () => {
    expect([...evaluate(graph, { layer: float32([2], [10, 20]) }).y!.data]).to.deep.equal([20, 60]);
    expect([...evaluate(graph, { layer: float32([2], [10, 20]), w: float32([2], [1, 1]) }).y!.data]).to.deep.equal([
      10, 20,
    ]);
  });

  it('gives any tensor', () => {
    const results = evaluate(graph, { x: float32([2], [0, 0]) }, ['layer', 'x']);
    expect([...results.layer!.data, ...results.x!.data]).to.deep.equal([1, 1, 0, 0]);
  });

  it('refuses feeds that are missing or do not fit', () => {
    expect(() => evaluate(graph, {})).to.throw(ArgumentError, '"x" has no numbers');
    expect(() => evaluate(graph, { x: float32([3], [1, 2, 3]) })).to.throw(ArgumentError, 'expected 2; got "x" 3');
    expect(() => evaluate(graph, { z: float32([1], [1]) })).to.throw(ArgumentError, '"z"');
  });
});
