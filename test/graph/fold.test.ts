import { expect } from 'chai';
import { ArgumentError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import { resolveTensor } from '../../src/graph/layers.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Attributes, Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { graphBuilder } from '../support/ops.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const windows = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET' } as const;
const conv = { ...windows, group: 1 };
const pool = { ...windows, kernel: [2, 2], ceilMode: false };
const zeros = { low: [0, 0, 1, 2], high: [0, 0, 0, 1], interior: [0, 0, 0, 0], mode: 'constant', value: 0 } as const;

function graphOf(build: (builder: GraphBuilder, x: string, random: Random) => string | string[]): Graph {
  const builder = graphBuilder();
  const outputs = build(builder, builder.input('x', 'float32', [2, 4, 5, 6]), new Random(1));
  return builder.build('net', typeof outputs === 'string' ? [outputs] : outputs);
}

/** Batch normalisation of c channels, with a positive variance. */
function norm(builder: GraphBuilder, x: string, name: string, random: Random): string {
  const c = builder.value(x).shape[1]!;
  const parameters = ['scale', 'offset', 'mean', 'variance'].map((parameter) =>
    builder.constant(
      `${name}.${parameter}`,
      random.tensor([c], () => random.normal() ** (parameter === 'variance' ? 2 : 1)),
    ),
  );
  return builder.add('batch-norm', [x, ...parameters], { epsilon: 1e-3 }, { name });
}

/** Checks that folding changes no number, and returns the ops that are left. */
function folded(graph: Graph, keep: readonly string[] = []): { graph: Graph; ops: string[] } {
  const result = fold(graph, { keep });
  const x = new Random(2).tensor([2, 4, 5, 6]);
  const [before, after] = [evaluate(graph, { x }), evaluate(result, { x })];
  expect(result.outputs).to.deep.equal(graph.outputs);
  for (const output of graph.outputs) {
    expect(relativeError(after[output]!.data, before[output]!.data), output).to.be.lessThan(1e-6);
    expect(after[output]!.shape).to.deep.equal(before[output]!.shape);
  }
  return { graph: result, ops: result.nodes.map((node) => node.op) };
}

describe('fold: batch normalisation', () => {
  const weights = (b: GraphBuilder, random: Random, group: number) =>
    b.constant('w', random.tensor([6, 4 / group, 3, 3]));

  for (const group of [1, 2]) {
    for (const biased of [false, true]) {
      it(`goes into a convolution of ${String(group)} group(s) ${biased ? 'with' : 'without'} bias`, () => {
        const graph = graphOf((b, x, random) => {
          const bias = biased ? [b.constant('b', random.tensor([6]))] : [];
          const y = b.add('conv2d', [x, weights(b, random, group), ...bias], { ...conv, group }, { name: 'conv1' });
          return b.add('relu', [norm(b, y, 'bn1', random)]);
        });
        const { graph: result, ops } = folded(graph);
        expect(ops).to.deep.equal(['conv2d', 'relu']);
        expect(resolveTensor(result, 'bn1')).to.equal('bn1');
        expect(result.nodes[0]!.name).to.equal('conv1');
        expect(() => resolveTensor(result, 'conv1')).to.throw(ArgumentError, /"conv1".*"bn1" was folded into it/);
      });
    }
  }

  it('stays where the convolution is asked for, used twice, or not constant', () => {
    const graph = graphOf((b, x, random) => {
      const y = b.add('conv2d', [x, weights(b, random, 1)], conv, { name: 'conv1' });
      return norm(b, y, 'bn1', random);
    });
    expect(folded(graph, ['conv1']).ops).to.deep.equal(['conv2d', 'batch-norm']);

    const twice = graphOf((b, x, random) => {
      const y = b.add('conv2d', [x, weights(b, random, 1)], conv);
      return b.add('add', [norm(b, y, 'bn1', random), y]);
    });
    expect(folded(twice).ops).to.deep.equal(['conv2d', 'batch-norm', 'add']);

    const varying = graphOf((b, x, random) => {
      const w = b.add('relu', [
        b.add('slice', [x], { starts: [0, 0, 0, 0], sizes: [2, 4, 3, 3], steps: [1, 1, 1, 1] }),
      ]);
      return norm(b, b.add('conv2d', [x, w], conv), 'bn1', random);
    });
    expect(folded(varying).ops).to.include('batch-norm');

    const first = graphOf((b, x, random) => b.add('relu', [norm(b, x, 'bn1', random)]));
    expect(folded(first).ops).to.deep.equal(['batch-norm', 'relu']);
  });

  it('goes into every convolution of a ResNet', async () => {
    const bytes = new Uint8Array(await (await fetch('/test/fixtures/nets/resnet18-div4-bn.onnx')).arrayBuffer());
    const graph = await importOnnx(bytes);
    const count = (g: Graph, op: string) => g.nodes.filter((node) => node.op === op).length;
    expect(count(graph, 'batch-norm')).to.equal(20);
    const result = fold(graph);
    expect(count(result, 'batch-norm')).to.equal(0);
    expect(count(result, 'conv2d')).to.equal(20);
    expect(result.outputs).to.deep.equal(['logits']);
  });
});

describe('fold: padding', () => {
  const padded = (b: GraphBuilder, x: string, attributes: Attributes = zeros) =>
    b.add('pad', [x], attributes, { name: 'pad1' });
  const convolved = (b: GraphBuilder, x: string, random: Random, attributes: Attributes = conv) =>
    b.add('conv2d', [x, b.constant('w', random.tensor([3, 4, 2, 2]))], attributes, { name: 'conv1' });

  it('with zeros becomes that of a convolution', () => {
    const own = { ...conv, pads: [1, 0, 0, 1] };
    const { graph, ops } = folded(graphOf((b, x, random) => convolved(b, padded(b, x), random, own)));
    expect(ops).to.deep.equal(['conv2d']);
    expect(graph.nodes[0]!.attributes['pads']).to.deep.equal([2, 2, 0, 2]);
    expect(() => resolveTensor(graph, 'pad1')).to.throw(ArgumentError, /"pad1".*its zeros are the padding/);
    const valid = graphOf((b, x, random) => convolved(b, padded(b, x), random, { ...own, autoPad: 'VALID' }));
    expect(folded(valid).graph.nodes[0]!.attributes['pads']).to.deep.equal([1, 2, 0, 1]);
  });

  it('becomes that of a convolution together with the batch normalisation behind it', () => {
    const graph = graphOf((b, x, random) => norm(b, convolved(b, padded(b, x), random), 'bn1', random));
    expect(folded(graph).ops).to.deep.equal(['conv2d']);
  });

  it('becomes that of an average pooling which counts it', () => {
    for (const attributes of [
      { ...pool, countIncludePad: false },
      { ...pool, countIncludePad: true, pads: [1, 1, 1, 1] },
    ]) {
      const { graph, ops } = folded(graphOf((b, x) => b.add('average-pool', [padded(b, x)], attributes)));
      expect(ops).to.deep.equal(['average-pool']);
      expect(graph.nodes[0]!.attributes['countIncludePad']).to.equal(true);
    }
  });

  it('stays in front of what it is not the same to', () => {
    const stays = (build: (b: GraphBuilder, x: string, random: Random) => string) => {
      expect(folded(graphOf(build)).ops).to.include('pad');
    };
    stays((b, x) => b.add('max-pool', [padded(b, x)], { ...pool, global: false }));
    stays((b, x) => b.add('average-pool', [padded(b, x)], { ...pool, pads: [1, 1, 1, 1], countIncludePad: false }));
    stays((b, x) => b.add('average-pool', [padded(b, x)], { ...pool, ceilMode: true, countIncludePad: true }));
    stays((b, x, random) => convolved(b, padded(b, x), random, { ...conv, autoPad: 'SAME_UPPER' }));
    stays((b, x, random) => convolved(b, padded(b, x, { ...zeros, value: 1 }), random));
    stays((b, x, random) => convolved(b, padded(b, x, { ...zeros, mode: 'edge' }), random));
    stays((b, x, random) => convolved(b, padded(b, x, { ...zeros, high: [0, 0, -1, 0] }), random));
    stays((b, x, random) => convolved(b, padded(b, x, { ...zeros, interior: [0, 0, 1, 0] }), random));
    stays((b, x, random) => convolved(b, padded(b, x, { ...zeros, low: [1, 0, 0, 0] }), random));
  });

  it('stays beside the convolution where somebody else needs it', () => {
    const shared = graphOf((b, x, random) => {
      const y = padded(b, x);
      return [convolved(b, y, random), b.add('relu', [y])];
    });
    const { graph, ops } = folded(shared);
    expect(ops).to.have.members(['pad', 'conv2d', 'relu']);
    expect(graph.nodes.find((node) => node.op === 'conv2d')!.inputs[0]).to.equal('x');
    const { ops: kept } = folded(
      graphOf((b, x, random) => convolved(b, padded(b, x), random)),
      ['pad1'],
    );
    expect(kept).to.deep.equal(['conv2d']);
  });
});

describe('fold: what changes nothing', () => {
  const whole = { starts: [0, 0, 0, 0], sizes: [-1, -1, -1, -1], steps: [1, 1, 1, 1] };
  const none = { ...zeros, low: [0, 0, 0, 0], high: [0, 0, 0, 0] };

  it('is dropped, and its names lead to its input', () => {
    const graph = graphOf((b, x) => {
      const reshaped = b.add(
        'reshape',
        [b.add('relu', [x])],
        { shape: [0, 4, 5, 6], allowZero: false },
        { name: 'reshape1' },
      );
      const padded = b.add('pad', [reshaped], none, { name: 'pad1' });
      return b.add('tanh', [b.add('slice', [padded], whole, { name: 'slice1' })]);
    });
    const { graph: result, ops } = folded(graph);
    expect(ops).to.deep.equal(['relu', 'tanh']);
    const relu = result.nodes[0]!.outputs[0]!;
    for (const name of ['reshape1', 'pad1', 'slice1']) expect(resolveTensor(result, name)).to.equal(relu);
  });

  it('stays where it is an output or asked for', () => {
    const graph = graphOf((b, x) => b.add('slice', [b.add('slice', [x], whole, { name: 'slice1' })], whole));
    expect(folded(graph).ops).to.deep.equal(['slice']);
    expect(folded(graph, ['slice1']).ops).to.deep.equal(['slice', 'slice']);
  });

  it('may be several changes of shape and order that undo each other', () => {
    const reshape = (b: GraphBuilder, x: string, shape: number[], name: string): string =>
      b.add('reshape', [x], { shape, allowZero: false }, { name });
    const transpose = (b: GraphBuilder, x: string, ...permutation: number[]): string =>
      b.add('transpose', [x], { permutation });
    const turns = graphOf((b, x) => b.add('tanh', [transpose(b, transpose(b, x, 0, 2, 3, 1), 0, 3, 1, 2)]));
    expect(folded(turns).ops).to.deep.equal(['tanh']);
    const nested = graphOf((b, x) => {
      const turned = transpose(b, reshape(b, x, [8, 5, 6], 'outer'), 1, 2, 0);
      return b.add('tanh', [reshape(b, transpose(b, turned, 2, 0, 1), [2, 4, 5, 6], 'inner')]);
    });
    const { graph, ops } = folded(nested);
    expect(ops).to.deep.equal(['tanh']);
    expect(resolveTensor(graph, 'inner')).to.equal('x');
    const twice = graphOf((b, x) => b.add('tanh', [transpose(b, transpose(b, x, 0, 2, 3, 1), 0, 2, 3, 1)]));
    expect(folded(twice).ops).to.deep.equal(['transpose', 'transpose', 'tanh']);
    const between = graphOf((b, x) =>
      reshape(b, b.add('tanh', [reshape(b, x, [8, 30], 'flat')]), [2, 4, 5, 6], 'back'),
    );
    expect(folded(between).ops).to.deep.equal(['reshape', 'tanh', 'reshape']);
  });

  it('is not what only keeps the shape', () => {
    const flip = { starts: [1, 0, 0, 0], sizes: [-1, -1, -1, -1], steps: [-1, 1, 1, 1] };
    const shift = { ...zeros, low: [0, 0, 1, 0], high: [0, 0, -1, 0] };
    expect(folded(graphOf((b, x) => b.add('tanh', [b.add('slice', [x], flip)]))).ops).to.include('slice');
    expect(folded(graphOf((b, x) => b.add('tanh', [b.add('pad', [x], shift)]))).ops).to.include('pad');
  });
});
