import { expect } from 'chai';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Rules } from '../../src/ir/op.ts';
import { graphBuilder } from '../support/ops.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { dot, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const WINDOW = { strides: [1, 2], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET' };

function gradient(graph: Graph, rules: Rules, x: Tensor, signal: Tensor): number[] {
  const { graph: both, seed, gradients } = differentiate(graph, { of: 'y', wrt: ['x'], rules });
  const name = gradients.get('x')!;
  return [...evaluate(both, { x, [seed]: signal }, [name])[name]!.data];
}

describe('rules of pooling', () => {
  // Windows 0–2 and 2–4 of a row of five.
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', [1, 1, 1, 5]);
  const pool = { ...WINDOW, kernel: [1, 3], ceilMode: false, global: false };
  const graph = builder.build('net', [builder.add('max-pool', [x], pool, { outputs: ['y'] })]);
  const signal = float32([1, 1, 1, 2], [10, 100]);
  const down = (row: readonly number[], overlap: Rules['overlap']): number[] =>
    gradient(graph, { ...RULES.gradient, overlap }, float32([1, 1, 1, 5], row), signal);

  it('send each signal to the maximum of its window', () => {
    for (const overlap of ['accumulate', 'overwrite'] as const) {
      expect(down([5, 0, 1, 0, 7], overlap)).to.deep.equal([10, 0, 0, 0, 100]);
    }
  });

  it('accumulate: windows that share a maximum add up', () => {
    expect(down([1, 2, 9, 2, 1], 'accumulate')).to.deep.equal([0, 0, 110, 0, 0]);
  });

  it('overwrite: the last of them in scan order stays', () => {
    expect(down([1, 2, 9, 2, 1], 'overwrite')).to.deep.equal([0, 0, 100, 0, 0]);
  });

  it('take the first of equal maxima', () => {
    expect(down([0, 0, 0, 0, 0], 'accumulate')).to.deep.equal([10, 0, 100, 0, 0]);
  });

  it('make the pool record its switches, once', () => {
    const { graph: both } = differentiate(graph, { of: 'y', wrt: ['x'] });
    expect(both.nodes[0]!.outputs.length).to.equal(2);
    expect(both.values.get(both.nodes[0]!.outputs[1]!)!.dtype).to.equal('uint32');
    expect(prune(both, ['y']).nodes).to.deep.equal(graph.nodes);
  });
});

describe('rules of contrast normalisation', () => {
  const random = new Random(11);
  const builder = graphBuilder();
  const input = builder.input('x', 'float32', [1, 7, 2, 2]);
  const lrn = { size: 5, alpha: 0.5, beta: 0.75, bias: 1 };
  const graph = builder.build('net', [builder.add('lrn', [input], lrn, { outputs: ['y'] })]);
  const x = random.tensor([1, 7, 2, 2]);
  const signal = random.tensor([1, 7, 2, 2]);

  it('identity: it is left out on the way down, as the deconvnet has it', () => {
    expect(RULES.deconvnet.lrn).to.equal('identity');
    expect(gradient(graph, RULES.deconvnet, x, signal)).to.deep.equal([...signal.data]);
  });

  it('gradient: it is the derivative, as the other two have it', () => {
    expect(RULES.guided.lrn).to.equal('gradient');
    const at = (step: number, i: number): number => {
      const moved = float32(x.shape, x.data);
      const data = Float64Array.from(moved.data, (value, k) => (k === i ? value + step : value));
      return dot(evaluate(graph, { x: { dtype: 'float64', shape: x.shape, data } }).y!.data, signal.data);
    };
    const expected = Array.from(x.data, (_, i) => (at(1e-5, i) - at(-1e-5, i)) / 2e-5);
    expect(relativeError(gradient(graph, RULES.gradient, x, signal), expected)).to.be.below(1e-8);
  });
});

describe('rules of a ReLU whose other side slopes', () => {
  const builder = graphBuilder();
  const input = builder.input('x', 'float32', [1, 2, 2]);
  const slope = builder.constant('slope', float32([2, 1], [0.5, -2]));
  const graph = builder.build('net', [builder.add('prelu', [input, slope], {}, { outputs: ['y'] })]);
  const x = float32([1, 2, 2], [3, -3, 3, -3]);
  const down = (rules: Rules, signal: readonly number[]): number[] =>
    gradient(graph, rules, x, float32([1, 2, 2], signal));

  it('gradient: all of the signal, by the slope where the unit was negative', () => {
    expect(down(RULES.gradient, [1, 1, -1, -1])).to.deep.equal([1, 0.5, -1, 2]);
  });

  it('guided, deconvnet: of its positive part, since the unit is never off', () => {
    for (const rules of [RULES.guided, RULES.deconvnet]) {
      expect(down(rules, [1, 1, -1, -1])).to.deep.equal([1, 0.5, 0, 0]);
      expect(down(rules, [-1, -1, 1, 1])).to.deep.equal([0, 0, 1, -2]);
    }
  });
});
