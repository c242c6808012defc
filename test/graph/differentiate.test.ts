import { expect } from 'chai';
import { openBackend } from '../support/backends.ts';
import { ArgumentError } from '../../src/errors.ts';
import { withInputShapes } from '../../src/graph/batch.ts';
import { differentiate, flowsBack, RULES, type Objective } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { prune } from '../../src/graph/prune.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../support/ops.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { dot, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

type Feeds = Readonly<Record<string, Tensor>>;

function graphOf(build: (builder: GraphBuilder) => string): Graph {
  const builder = graphBuilder();
  return builder.build('net', [build(builder)]);
}

/** Gradients in the order of `wrt`, for a signal. */
function backward(graph: Graph, objective: Objective, feeds: Feeds, signal: readonly number[]): number[][] {
  const { graph: both, seed, gradients } = differentiate(graph, objective);
  const numbers = float32(graph.values.get(objective.of)!.shape, signal);
  const names = objective.wrt.map((name) => gradients.get(name)!);
  const results = evaluate(prune(both, names), { ...feeds, [seed]: numbers }, names);
  // + 0 makes −0 zero.
  return names.map((name) => Array.from(results[name]!.data, (value) => value + 0));
}

/** Central differences of Σ signal·of with respect to an input. */
function differences(graph: Graph, of: string, feeds: Feeds, name: string, signal: readonly number[]): number[] {
  const step = 1e-5;
  const { shape, data } = feeds[name]!;
  const at = (index: number, change: number): number => {
    const moved = Array.from(data, (value, i) => (i === index ? value + change : value));
    return dot(evaluate(graph, { ...feeds, [name]: tensor('float64', shape, moved) }, [of])[of]!.data, signal);
  };
  return Array.from(data, (_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}

describe('differentiate', () => {
  describe('ReLU rules', () => {
    // x → relu → y, and the signal comes in at y.
    const graph = graphOf((b) => b.add('relu', [b.input('x', 'float32', [4])], {}, { outputs: ['y'] }));
    const feeds = { x: float32([4], [1, 2, -3, -4]) };
    const signal = [5, -6, 7, -8];
    const down = (rule: keyof typeof RULES): number[] =>
      backward(graph, { of: 'y', wrt: ['x'], rules: RULES[rule] }, feeds, signal)[0]!;

    it('gradient passes where the input was positive', () => {
      expect(down('gradient')).to.deep.equal([5, -6, 0, 0]);
    });

    it('deconvnet passes what is positive itself', () => {
      expect(down('deconvnet')).to.deep.equal([5, 0, 7, 0]);
    });

    it('guided passes where both are', () => {
      expect(down('guided')).to.deep.equal([5, 0, 0, 0]);
    });

    it('are the gradient by default', () => {
      expect(backward(graph, { of: 'y', wrt: ['x'] }, feeds, signal)).to.deep.equal([[5, -6, 0, 0]]);
    });

    it('can be chosen node by node', () => {
      const twice = graphOf((b) => {
        const x = b.input('x', 'float32', [4]);
        const inner = b.add('relu', [x], {}, { name: 'inner' });
        return b.add('relu', [b.add('neg', [inner])], {}, { name: 'outer', outputs: ['y'] });
      });
      // The outer ReLU is dead wherever the inner one is not, so its gradient is zero and its deconvnet is not.
      const rules = ({ name }: { readonly name: string }) => (name === 'outer' ? RULES.deconvnet : RULES.gradient);
      const [mixed] = backward(twice, { of: 'y', wrt: ['x'], rules }, feeds, signal);
      expect(mixed).to.deep.equal([-5, 0, 0, 0]);
      const [plain] = backward(twice, { of: 'y', wrt: ['x'] }, feeds, signal);
      expect(plain!.every((value) => value === 0)).to.equal(true);
    });

    it('treat Clip as a ReLU with two bounds', () => {
      const clip = graphOf((b) =>
        b.add('clip', [b.input('x', 'float32', [4])], { min: 0, max: 6 }, { outputs: ['y'] }),
      );
      const inputs = { x: float32([4], [1, 7, -3, 2]) };
      const under = (rule: keyof typeof RULES): number[] =>
        backward(clip, { of: 'y', wrt: ['x'], rules: RULES[rule] }, inputs, [5, 6, 7, -8])[0]!;
      expect(under('gradient')).to.deep.equal([5, 0, 0, -8]);
      expect(under('guided')).to.deep.equal([5, 0, 0, 0]);
      expect(under('deconvnet')).to.deep.equal([5, 6, 7, 0]);
    });

    for (const [op, attributes] of [
      ['sigmoid', {}],
      ['tanh', {}],
      ['silu', {}],
      ['softplus', {}],
      ['hard-swish', {}],
      ['hard-sigmoid', { alpha: 0.2, beta: 0.5 }],
      ['leaky-relu', { alpha: 0.1 }],
    ] as const) {
      it(`send the positive part of the signal through ${op}`, () => {
        const smooth = graphOf((b) => b.add(op, [b.input('x', 'float32', [4])], attributes, { outputs: ['y'] }));
        const [plain] = backward(smooth, { of: 'y', wrt: ['x'] }, feeds, [5, 0, 7, 0]);
        for (const rules of [RULES.guided, RULES.deconvnet]) {
          expect(backward(smooth, { of: 'y', wrt: ['x'], rules }, feeds, signal)).to.deep.equal([plain]);
        }
      });
    }
  });

  describe('a net with branches', () => {
    // A residual block whose branches are concatenated with its input, and one of them scaled by its own mean:
    // h = tanh(x·w), r = h + x, g = sigmoid(mean r), y = softmax(flatten(concat(r·g, x, −h)))
    const net = (batch: number): Graph =>
      graphOf((b) => {
        const x = b.input('x', 'float32', [batch, 2, 3, 2]);
        const w = b.constant('w', new Random(3).tensor([2, 1, 1]));
        const h = b.add('tanh', [b.add('mul', [x, w])], {}, { outputs: ['h'] });
        const r = b.add('add', [h, x], {}, { outputs: ['r'] });
        const m = b.add('reduce', [r], { mode: 'mean', axes: [2, 3], keepdims: true });
        const gated = b.add('mul', [r, b.add('sigmoid', [m])]);
        const joined = b.add('concat', [gated, x, b.add('neg', [h])], { axis: 1 });
        const flat = b.add('reshape', [joined], { shape: [0, -1], allowZero: false });
        return b.add('softmax', [flat], { axis: 1, log: false }, { outputs: ['y'] });
      });
    const graph = net(1);
    const random = new Random(5);
    const feeds = { x: random.tensor([1, 2, 3, 2]) };
    const signal = [...random.tensor([1, 36]).data];

    it('has the gradient that differences give, for the input', () => {
      const [gradient] = backward(graph, { of: 'y', wrt: ['x'] }, feeds, signal);
      expect(relativeError(gradient!, differences(graph, 'y', feeds, 'x', signal))).to.be.below(1e-8);
    });

    it('… for weights and for layers, all in one pass', () => {
      const wrt = ['w', 'r', 'h', 'x'];
      const gradients = backward(graph, { of: 'y', wrt }, feeds, signal);
      const { h, r } = evaluate(graph, feeds, ['h', 'r']);
      const w = graph.constants.get('w')!;
      // A tensor in the middle is varied by feeding it.
      for (const [i, [name, value]] of Object.entries({ w, r: r!, h: h! }).entries()) {
        const expected = differences(graph, 'y', { ...feeds, [name]: value }, name, signal);
        expect(relativeError(gradients[i]!, expected), name).to.be.below(1e-8);
      }
      expect(gradients[3]).to.deep.equal(backward(graph, { of: 'y', wrt: ['x'] }, feeds, signal)[0]);
    });

    it('starts at any layer', () => {
      const part = signal.slice(0, 12);
      const [gradient] = backward(graph, { of: 'r', wrt: ['x'] }, feeds, part);
      expect(relativeError(gradient!, differences(graph, 'r', feeds, 'x', part))).to.be.below(1e-8);
    });

    it('gives the signal itself for the objective', () => {
      const { seed, gradients } = differentiate(graph, { of: 'r', wrt: ['r'] });
      expect(gradients.get('r')).to.equal(seed);
    });

    it('runs on the GPU as in float64', async () => {
      const { graph: both, seed, gradients } = differentiate(graph, { of: 'y', wrt: ['x', 'w'] });
      const pass = prune(both, [...gradients.values()]);
      const inputs = { ...feeds, [seed]: float32([1, 36], signal) };
      const backend = await openBackend({ poison: true });
      try {
        const results = await (await backend.compile(pass)).run(inputs);
        const expected = evaluate(pass, inputs);
        for (const name of pass.outputs) {
          expect(relativeError(results[name]!.data, expected[name]!.data), name).to.be.below(1e-5);
        }
      } finally {
        backend.dispose();
      }
    });

    it('fits another batch, backward pass included', () => {
      const { graph: both, seed, gradients } = differentiate(graph, { of: 'y', wrt: ['x'] });
      const name = gradients.get('x')!;
      const wide = withInputShapes(prune(both, [name]), { x: [3, 2, 3, 2], [seed]: [3, 36] });
      const three = { x: random.tensor([3, 2, 3, 2]), [seed]: random.tensor([3, 36]) };
      const together = evaluate(wide, three)[wide.outputs[0]!]!;
      expect(together.shape).to.deep.equal([3, 2, 3, 2]);
      for (let n = 0; n < 3; n++) {
        const row = ({ data }: Tensor, size: number): number[] => [...data.subarray(n * size, (n + 1) * size)];
        const alone = backward(
          graph,
          { of: 'y', wrt: ['x'] },
          { x: float32([1, 2, 3, 2], row(three.x, 12)) },
          row(three[seed]!, 36),
        );
        expect(relativeError(row(together, 12), alone[0]!)).to.be.below(1e-12);
      }
    });
  });

  it('has the gradient that differences give for all weights of a convolutional net', () => {
    const random = new Random(9);
    const window = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], autoPad: 'NOTSET' };
    const graph = graphOf((b) => {
      const x = b.input('x', 'float32', [1, 2, 5, 5]);
      const weights = [b.constant('w', random.tensor([4, 1, 3, 3])), b.constant('b', random.tensor([4]))];
      const conv = b.add('relu', [b.add('conv2d', [x, ...weights], { ...window, group: 2 })]);
      const pool = { ...window, kernel: [3, 3], strides: [2, 2], pads: [0, 0, 0, 0], ceilMode: false, global: false };
      const flat = b.add('reshape', [b.add('max-pool', [conv], pool)], { shape: [0, -1], allowZero: false });
      const dense = [b.constant('v', random.tensor([3, 16])), b.constant('c', random.tensor([3]))];
      const gemm = { alpha: 1, beta: 1, transA: false, transB: true };
      return b.add('gemm', [flat, ...dense], gemm, { outputs: ['y'] });
    });
    const feeds = { x: random.tensor([1, 2, 5, 5]) };
    const signal = [1, -2, 3];
    const wrt = ['w', 'b', 'v', 'c', 'x'];
    const gradients = backward(graph, { of: 'y', wrt }, feeds, signal);
    const numbers: Feeds = { ...feeds, ...Object.fromEntries(graph.constants) };
    for (const [i, name] of wrt.entries()) {
      const expected = differences(graph, 'y', numbers, name, signal);
      expect(relativeError(gradients[i]!, expected), name).to.be.below(1e-8);
    }
  });

  it('adds up a tensor that is used twice by one node', () => {
    const graph = graphOf((b) => {
      const x = b.input('x', 'float32', [2]);
      return b.add('mul', [x, x], {}, { outputs: ['y'] });
    });
    expect(backward(graph, { of: 'y', wrt: ['x'] }, { x: float32([2], [3, -4]) }, [1, 10])).to.deep.equal([[6, -80]]);
  });

  it('only goes where a tensor of interest can be reached', () => {
    const graph = graphOf((b) => {
      const x = b.input('x', 'float32', [2]);
      const other = b.add('exp', [b.input('z', 'float32', [2])], {}, { outputs: ['other'] });
      const layer = b.add('tanh', [x], {}, { outputs: ['layer'] });
      return b.add('mul', [layer, other], {}, { outputs: ['y'] });
    });
    const { graph: both, gradients } = differentiate(graph, { of: 'y', wrt: ['layer'] });
    const added = both.nodes.slice(graph.nodes.length);
    expect(added.map(({ op, inputs }) => [op, ...inputs])).to.deep.equal([['mul', 'seed', 'other']]);
    expect(both.outputs).to.deep.equal(['y', gradients.get('layer')]);
    expect(both.inputs).to.deep.equal(['x', 'z', 'seed']);
  });

  it('leaves the given graph alone and keeps its constants', () => {
    const graph = graphOf((b) => {
      const w = b.constant('w', float32([2], [1, 2]));
      return b.add('mul', [b.input('x', 'float32', [2]), w], {}, { outputs: ['y'] });
    });
    const before = graph.nodes.length;
    const { graph: both } = differentiate(graph, { of: 'y', wrt: ['x'] });
    expect(graph.nodes.length).to.equal(before);
    expect(both.constants.get('w')).to.equal(graph.constants.get('w'));
  });

  describe('refuses', () => {
    const graph = graphOf((b) => {
      b.input('unused', 'float32', [2]);
      const step = b.add('floor', [b.input('x', 'float32', [2])], {}, { outputs: ['step'] });
      return b.add('add', [step, step], {}, { outputs: ['y'] });
    });
    const refused = (objective: Objective, message: string): void => {
      expect(() => differentiate(graph, objective)).to.throw(ArgumentError, message);
    };

    it('tensors that do not exist', () => {
      refused({ of: 'nothing', wrt: ['x'] }, 'there is no tensor "nothing"');
      refused({ of: 'y', wrt: ['nothing'] }, 'there is no tensor "nothing"');
    });

    it('an objective that does not depend on the tensor', () => {
      refused({ of: 'y', wrt: ['unused'] }, 'no gradient flows from "y" to "unused"');
      refused({ of: 'x', wrt: ['y'] }, 'no gradient flows from "x" to "y"');
    });

    it('a path that has no gradient', () => {
      refused({ of: 'y', wrt: ['x'] }, 'no gradient flows from "y" to "x"');
      expect(differentiate(graph, { of: 'y', wrt: ['step'] }).gradients.size).to.equal(1);
      expect(flowsBack(graph, 'y', ['x'])).to.equal(false);
      expect(flowsBack(graph, 'y', ['x', 'step'])).to.equal(true);
    });
  });
});
