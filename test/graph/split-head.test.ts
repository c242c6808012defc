import { expect } from 'chai';
import { evaluate } from '../../src/graph/evaluate.ts';
import { splitHead } from '../../src/graph/split-head.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../support/ops.ts';
import { NETS } from '../support/nets.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

describe('splitHead', () => {
  it('cuts before the first fully connected layer', () => {
    const graph = NETS.alexnet({ divisor: 32, side: 64, classes: 4 });
    const map = graph.nodes.find(({ op }) => op === 'max-pool')!.outputs[0]!;
    const { body, head } = splitHead({ ...graph, outputs: [...graph.outputs, map] })!;
    const [codes] = body.outputs as [string];
    expect(body.outputs).to.deep.equal([codes, map]);
    expect([head.inputs, head.outputs]).to.deep.equal([[codes], graph.outputs]);
    expect(head.nodes.filter(({ op }) => op === 'gemm').length).to.equal(3);
    expect(body.nodes.some(({ op }) => op === 'gemm')).to.equal(false);

    const image = new Random(1).tensor([1, 3, 64, 64]);
    const halves = evaluate(head, evaluate(body, { image }, [codes]));
    expect(
      relativeError(halves[graph.outputs[0]!]!.data, evaluate(graph, { image })[graph.outputs[0]!]!.data),
    ).to.equal(0);
  });

  it('leaves a graph whole that has no such layer, or a way past it', () => {
    const product = { alpha: 1, beta: 1, transA: false, transB: false };
    const draw = (layers: (x: string, w: string, builder: ReturnType<typeof graphBuilder>) => string): Graph => {
      const builder = graphBuilder();
      const w = builder.constant('w', new Random(2).tensor([3, 3]));
      return builder.build('net', [layers(builder.input('x', 'float32', [1, 3]), w, builder)]);
    };
    expect(splitHead(draw((x, _, builder) => builder.add('relu', [x])))).to.equal(undefined);
    const past = draw((x, w, builder) => {
      const codes = builder.add('relu', [x]);
      return builder.add('add', [builder.add('gemm', [codes, w], product), x]);
    });
    expect(splitHead(past)).to.equal(undefined);
  });
});
