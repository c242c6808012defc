import { expect } from 'chai';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fuse } from '../../src/graph/fuse.ts';
import { prune } from '../../src/graph/prune.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { relativeError } from '../support/numbers.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], autoPad: 'NOTSET', group: 1 } as const;
const gemm = { alpha: 1, beta: 1, transA: false, transB: false } as const;
const X = [2, 3, 5, 6];

/** A 3×3 convolution that keeps the shape, with or without a bias. */
type Convolve = (x: string, bias?: boolean) => string;

function graphOf(build: (builder: GraphBuilder, x: string, convolve: Convolve) => readonly string[]): Graph {
  const [builder, random] = [graphBuilder(), new Random(1)];
  const convolve: Convolve = (x, bias = true) => {
    const operands = [builder.constant('w', random.tensor([3, 3, 3, 3]))];
    if (bias) operands.push(builder.constant('b', random.tensor([3])));
    return builder.add('conv2d', [x, ...operands], conv);
  };
  const outputs = build(builder, builder.input('x', 'float32', X), convolve);
  return builder.build('net', outputs);
}

/** Checks that fusing changes no number, and returns the ops that are left. */
function fused(graph: Graph): string[] {
  const result = fuse(graph);
  const random = new Random(2);
  const numbers = new Map(graph.inputs.map((name) => [name, random.tensor(graph.values.get(name)!.shape)]));
  const feeds = ({ inputs }: Graph) => Object.fromEntries(inputs.map((name) => [name, numbers.get(name)!]));
  const [before, after] = [evaluate(graph, feeds(graph)), evaluate(result, feeds(result))];
  for (const [i, output] of graph.outputs.entries())
    expect(relativeError(after[result.outputs[i]!]!.data, before[output]!.data), output).to.be.lessThan(1e-6);
  return result.nodes.map(({ op }) => op);
}

describe('fuse', () => {
  it('takes a ReLU or Clip into the convolution or product before it', () => {
    expect(fused(graphOf((b, x, convolve) => [b.add('relu', [convolve(x)])]))).to.deep.equal(['conv2d']);
    const clip = { min: -0.5, max: 1 };
    expect(fused(graphOf((b, x, convolve) => [b.add('clip', [convolve(x, false)], clip)]))).to.deep.equal(['conv2d']);
    const product = graphOf((b, x) => {
      const flat = b.add('reshape', [x], { shape: [2, -1], allowZero: false });
      const w = b.constant('w', new Random(3).tensor([90, 4]));
      return [b.add('relu', [b.add('gemm', [flat, w], gemm)])];
    });
    expect(fused(product)).to.deep.equal(['reshape', 'gemm']);
  });

  it('takes a residual, and what follows the sum', () => {
    for (const bias of [true, false]) {
      const block = graphOf((b, x, convolve) => [b.add('relu', [b.add('add', [convolve(x, bias), x])])]);
      expect(fused(block)).to.deep.equal(['conv2d']);
    }
    const branches = graphOf((b, x, convolve) => [b.add('add', [convolve(x), convolve(x)])]);
    expect(fused(branches)).to.deep.equal(['conv2d', 'conv2d']);
    const reversed = graphOf((b, x, convolve) => {
      const [first, second] = [convolve(x), b.add('tanh', [x])];
      return [b.add('add', [second, first])];
    });
    expect(fused(reversed)).to.deep.equal(['tanh', 'conv2d']);
  });

  it('leaves alone what is used elsewhere, clipped already, or of another shape', () => {
    const twice = graphOf((b, x, convolve) => {
      const y = convolve(x);
      return [b.add('add', [b.add('relu', [y]), b.add('tanh', [y])])];
    });
    expect(fused(twice)).to.deep.equal(['conv2d', 'relu', 'tanh', 'add']);
    const asked = graphOf((b, x, convolve) => {
      const y = convolve(x);
      return [y, b.add('relu', [y])];
    });
    expect(fused(asked)).to.deep.equal(['conv2d', 'relu']);
    const again = graphOf((b, x, convolve) => [b.add('add', [b.add('relu', [convolve(x)]), x])]);
    expect(fused(again)).to.deep.equal(['conv2d', 'add']);
    const broadcast = graphOf((b, x, convolve) => [b.add('add', [convolve(x), b.scalar(2)])]);
    expect(fused(broadcast)).to.deep.equal(['conv2d', 'add']);
    const repeated = graphOf((b, x, convolve) => {
      const mean = b.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: true });
      return [b.add('add', [convolve(mean), x])];
    });
    expect(fused(repeated)).to.deep.equal(['reduce', 'conv2d', 'add']);
    const third = graphOf((b, x, convolve) => [b.add('add', [b.add('add', [convolve(x), x]), x])]);
    expect(fused(third)).to.deep.equal(['conv2d', 'add']);
    const self = graphOf((b, x, convolve) => {
      const y = convolve(x);
      return [b.add('add', [y, y])];
    });
    expect(fused(self)).to.deep.equal(['conv2d', 'add']);
  });

  for (const [name, rules] of Object.entries(RULES)) {
    it(`takes the way back through a ReLU into the input gradient: ${name}`, () => {
      const forward = graphOf((b, x, convolve) => [
        convolve(b.add('clip', [convolve(b.add('relu', [convolve(x)]))], { min: 0, max: 2 })),
      ]);
      const { graph, gradients } = differentiate(forward, { of: forward.outputs[0]!, wrt: ['x'], rules });
      const backward = prune(graph, [...gradients.values()]);
      const count = (op: string): number => fused(backward).filter((left) => left === op).length;
      expect([count('conv2d-input-grad'), count('relu-grad'), count('relu')]).to.deep.equal([3, 0, 0]);
    });
  }
});
