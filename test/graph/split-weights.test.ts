import { expect } from 'chai';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { prune } from '../../src/graph/prune.ts';
import { splitWeights } from '../../src/graph/split-weights.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../support/ops.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const M = 3;
const K = 5;
const N = 7;
/** Bytes of two rows of the larger matrices here. */
const LIMIT = 2 * N * 4;

/** A product whose operand `constant` (0 or 1) is a constant. */
function product(constant: number, transA: boolean, transB: boolean, addend?: Shape): Graph {
  const random = new Random(3);
  const builder = graphBuilder();
  const shapes = [transA ? [K, M] : [M, K], transB ? [N, K] : [K, N]];
  const factors = shapes.map((shape, i) =>
    i === constant ? builder.constant('w', random.tensor(shape)) : builder.input('x', 'float32', shape),
  );
  if (addend) factors.push(builder.constant('c', random.tensor(addend)));
  const y = builder.add('gemm', factors, { alpha: 0.5, beta: 1.5, transA, transB }, { name: 'y' });
  return builder.build('net', [y]);
}

const weightsOf = (graph: Graph) =>
  new Set([...graph.constants].filter(([name]) => name.startsWith('w')).map(([, w]) => w));

describe('splitWeights', () => {
  for (const constant of [0, 1]) {
    for (const transA of [false, true]) {
      for (const transB of [false, true]) {
        it(`splits operand ${String(constant)} with transA ${String(transA)}, transB ${String(transB)}`, () => {
          for (const addend of [undefined, [N], [M, 1]]) {
            const graph = product(constant, transA, transB, addend);
            const split = splitWeights(graph, LIMIT);
            expect(split.outputs).to.deep.equal(['y']);
            expect(split.constants.has('w')).to.equal(false);
            for (const { shape } of weightsOf(split)) expect(sizeOf(shape) * 4).to.be.at.most(LIMIT);
            const feeds = { x: new Random(4).tensor(graph.values.get('x')!.shape) };
            const error = relativeError(evaluate(split, feeds)['y']!.data, evaluate(graph, feeds)['y']!.data);
            expect(error).to.be.lessThan(1e-7);
          }
        });
      }
    }
  }

  it('cuts into views of the weights, the same for the forward and the backward pass', () => {
    const graph = product(1, false, true);
    const { graph: both, gradients } = differentiate(graph, { of: 'y', wrt: ['x'] });
    const backward = prune(both, [gradients.get('x')!]);
    const [forwardParts, backwardParts] = [
      weightsOf(splitWeights(graph, LIMIT)),
      weightsOf(splitWeights(backward, LIMIT)),
    ];
    expect(forwardParts.size).to.be.greaterThan(1);
    expect(backwardParts).to.deep.equal(forwardParts);
    for (const part of backwardParts) expect(forwardParts.has(part)).to.equal(true);
    const whole = graph.constants.get('w')!;
    for (const { data } of forwardParts) expect(data.buffer).to.equal(whole.data.buffer);

    const feeds = { x: new Random(4).tensor([M, K]), seed: new Random(5).tensor([M, N]) };
    const at = (g: Graph) => evaluate(g, g.inputs.includes('x') ? feeds : { seed: feeds.seed })[g.outputs[0]!]!.data;
    expect(relativeError(at(splitWeights(backward, LIMIT)), at(backward))).to.be.lessThan(1e-12);
  });

  it('leaves alone what fits, and what a row alone exceeds', () => {
    for (const limit of [N * K * 4, 4]) {
      const split = splitWeights(product(1, false, true), limit);
      expect(split.nodes.map((node) => node.op)).to.deep.equal(['gemm']);
      expect(split.constants.has('w')).to.equal(true);
    }
  });
});
