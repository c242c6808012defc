import { expect } from 'chai';
import { ArgumentError, ShapeError } from '../../../src/errors.ts';
import { evaluate } from '../../../src/graph/evaluate.ts';
import { augmentation } from '../../../src/methods/training/augmentation.ts';
import {
  averagePool,
  batchNorm,
  conv,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  leakyRelu,
  maxPool,
  prelu,
  relu,
  residual,
  sigmoid,
  tanh,
  type Layer,
} from '../../../src/methods/training/layers.ts';
import {
  appendRight,
  binaryCrossEntropy,
  meanSquares,
  softmaxCrossEntropy,
  type Loss,
} from '../../../src/methods/training/losses.ts';
import { graphOf } from '../../../src/methods/training/network.ts';
import { adam, rmsprop, sgd } from '../../../src/methods/training/optimisers.ts';
import { cosine, rateAt, stepwise, warmUp } from '../../../src/methods/training/schedules.ts';
import { sequential } from '../../../src/methods/training/sequential.ts';
import { float32, type Tensor } from '../../../src/tensor/tensor.ts';
import { checkGradients } from '../../ops/harness.ts';
import { rejection } from '../../rejection.ts';
import { graphBuilder } from '../../support/ops.ts';
import { Random } from '../../support/random.ts';

/**
 * A network in training on a few pictures, its weights as inputs: x0 are the pictures. A bias before batch normalisation has no
 * gradient to compare.
 */
async function checkLayers(layers: readonly Layer[]): Promise<void> {
  const network = await sequential(layers, { input: [2, 5, 6], seed: 3 });
  const random = new Random(9);
  const builder = graphBuilder();
  const feeds: Record<string, Tensor> = { x0: random.tensor([3, 2, 5, 6]), step: float32([], [0]) };
  const x = builder.input('x0', 'float32', [3, 2, 5, 6]);
  const step = builder.input('step', 'float32', []);
  const all = { ...network.parameters, ...network.buffers };
  for (const [name, { shape }] of Object.entries(all)) {
    builder.input(name, 'float32', shape);
    // A slope of 1 or a bias of 0 would hide what is wrong.
    feeds[name] = random.tensor(shape, () => 0.7 + 0.3 * random.normal());
  }
  const { y } = network.append({ builder, x, tensor: (name) => name, training: { step, seed: 1 } });
  const graph = builder.build('layers', [y]);
  const places = new Map(['x0', ...Object.keys(network.parameters)].map((name, i) => [name, `x${String(i)}`]));
  // The harness names inputs by their places.
  const renamed = (name: string): string => places.get(name) ?? name;
  const values = new Map([...graph.values].map(([name, value]) => [renamed(name), { ...value, name: renamed(name) }]));
  checkGradients(
    {
      graph: {
        ...graph,
        inputs: graph.inputs.map(renamed),
        nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) })),
        values,
      },
      feeds: Object.fromEntries(Object.entries(feeds).map(([name, value]) => [renamed(name), value])),
    },
    { wrt: [...places.keys()].map((_, i) => i), derivative: 'smooth' },
  );
}

const NETWORKS: Readonly<Record<string, readonly Layer[]>> = {
  'convolution with strides, groups and padding': [conv(4, 3, { stride: 2, groups: 2, padding: 1 }), flatten()],
  'convolution with dilation and unequal sides': [
    conv(3, [2, 3], { dilation: [1, 2], padding: [1, 0, 0, 2] }),
    flatten(),
  ],
  'convolution that keeps the size, even kernel': [conv(3, 4), flatten()],
  'convolution without padding or bias': [conv(3, 3, { padding: 'valid', bias: false }), flatten()],
  dense: [dense(4)],
  'batch normalisation': [batchNorm(), flatten()],
  'batch normalisation of rows': [dense(5, { bias: false }), batchNorm(), dense(2)],
  prelu: [prelu({ slope: 0.3 }), flatten()],
  'relu and leaky relu': [relu(), conv(2, 1), leakyRelu(0.2), flatten()],
  'sigmoid and tanh': [tanh(), conv(2, 3), sigmoid(), flatten()],
  pools: [maxPool(2, { padding: [0, 0, 1, 0] }), averagePool(3, { stride: 1, padding: 1 }), flatten()],
  'global average': [conv(3, 3), globalAveragePool(), dense(2)],
  dropout: [dropout(0.4), dense(3)],
  residual: [residual([conv(2, 3, { bias: false }), batchNorm(), relu()]), dense(3)],
};

describe('layers', () => {
  for (const [name, layers] of Object.entries(NETWORKS))
    it(`have the gradients of central differences: ${name}`, () => checkLayers(layers));

  it('are JSON', async () => {
    const layers = [conv(2, 3), relu(), residual([conv(2, 1)]), dense(3)];
    const again = JSON.parse(JSON.stringify(layers)) as Layer[];
    const [a, b] = await Promise.all([layers, again].map((list) => sequential(list, { input: [1, 4, 4], seed: 5 })));
    expect(a!.parameters).to.deep.equal(b!.parameters);
    expect(Object.keys(a!.parameters)).to.deep.equal([
      'conv1.weight',
      'conv1.bias',
      'conv2.weight',
      'conv2.bias',
      'dense1.weight',
      'dense1.bias',
    ]);
    const other = a!.withSeed(6).parameters;
    expect(other['conv1.weight']).not.to.deep.equal(a!.parameters['conv1.weight']);
  });

  it('are a network that can be run and looked into', async () => {
    const network = await sequential([conv(2, 3), relu({ name: 'active' }), dense(3)], { input: [1, 4, 4] });
    const graph = graphOf(network, network.parameters, { batch: 2 });
    expect(graph.aliases.get('active')).to.have.property('tensor');
    const { scores } = { scores: Object.values(evaluate(graph, { images: new Random(1).tensor([2, 1, 4, 4]) }))[0]! };
    expect(scores.shape).to.deep.equal([2, 3]);
  });

  it('say what does not fit', async () => {
    const refused = async (
      layers: unknown[],
      kind: typeof ArgumentError | typeof ShapeError,
      says: string,
    ): Promise<void> => {
      const error = await rejection(kind, () => sequential(layers as Layer[], { input: [2, 4, 4] }));
      expect(error.message).to.contain(says);
    };
    await refused([{ type: 'magic' }], ArgumentError, '"magic"');
    await refused([null], ArgumentError, 'null');
    await refused([conv(4, 9, { padding: 'valid' })], ShapeError, 'conv1');
    await refused([conv(3, 3, { groups: 2 }), flatten()], ArgumentError, 'groups');
    await refused([relu()], ShapeError, 'dense');
    await refused([dense(3), maxPool(2)], ShapeError, 'maxPool1');
    await refused([relu({ name: 'a' }), relu({ name: 'a' }), flatten()], ArgumentError, '"a"');
    await refused([dropout(1), flatten()], ArgumentError, 'dropout');
    await rejection(ArgumentError, () => sequential([dense(2)], { input: [1, 0, 4] }));
  });
});

describe('losses', () => {
  const check = (loss: Loss, targets: readonly number[]): void => {
    const builder = graphBuilder();
    const y = builder.input('x0', 'float32', [2, 3]);
    const wanted = builder.constant('targets', float32([2, 3], targets));
    const graph = builder.build('loss', [loss.append(builder, y, wanted)]);
    checkGradients({ graph, feeds: { x0: new Random(4).tensor([2, 3]) } }, { wrt: [0], derivative: 'smooth' });
  };

  it('have the gradients of central differences', () => {
    check(softmaxCrossEntropy(), [0, 1, 0, 1, 0, 0]);
    check(softmaxCrossEntropy({ smoothing: 0.1 }), [0, 1, 0, 1, 0, 0]);
    check(binaryCrossEntropy(), [0, 1, 1, 1, 0, 1]);
    check(meanSquares(), [0.3, -1, 2, 0, 0.5, 1]);
  });

  it('are what they are by hand', () => {
    const lossOf = (loss: Loss, y: readonly number[], targets: readonly number[]): number => {
      const builder = graphBuilder();
      const scores = builder.input('y', 'float32', [1, y.length]);
      const wanted = builder.constant('targets', float32([1, y.length], targets));
      const graph = builder.build('loss', [loss.append(builder, scores, wanted)]);
      return Number(Object.values(evaluate(graph, { y: float32([1, y.length], y) }))[0]!.data[0]);
    };
    expect(lossOf(softmaxCrossEntropy(), [0, 0], [1, 0])).to.be.closeTo(Math.log(2), 1e-12);
    expect(lossOf(softmaxCrossEntropy(), [1000, 0], [0, 1])).to.be.closeTo(1000, 1e-9);
    // ½ · (log 2 + 1000 more than 0 for a target of 0)
    expect(lossOf(binaryCrossEntropy(), [0, 1000], [1, 0])).to.be.closeTo((Math.log(2) + 1000) / 2, 1e-9);
    expect(lossOf(meanSquares(), [1, 4], [0, 2])).to.be.closeTo(2.5, 1e-12);
  });

  it('count who is right, and not where there is a tie', () => {
    const builder = graphBuilder();
    const y = builder.input('y', 'float32', [3, 2]);
    const right = appendRight(builder, y, builder.constant('t', float32([3, 2], [1, 0, 1, 0, 0, 1])));
    const found = evaluate(builder.build('right', [right]), { y: float32([3, 2], [2, 1, 1, 1, 3, 1]) });
    expect([...found[right]!.data]).to.deep.equal([1, 0, 0]);
  });
});

describe('schedules', () => {
  it('fall and rise', () => {
    const falling = stepwise(1, { every: 4, factor: 0.5 });
    expect([0, 3, 4, 8].map(falling)).to.deep.equal([1, 1, 0.5, 0.25]);
    const half = cosine(2, { steps: 10, least: 1 });
    expect(half(0)).to.equal(2);
    expect(half(5)).to.be.closeTo(1.5, 1e-12);
    expect(half(20)).to.be.closeTo(1, 1e-12);
    expect([0, 1, 2, 3].map(warmUp(2, 4))).to.deep.equal([2, 4, 4, 4]);
  });

  it('and optimisers refuse what makes no sense', () => {
    expect(() => sgd(-1)).to.throw(ArgumentError);
    expect(() => sgd(1, { momentum: 1 })).to.throw(ArgumentError);
    expect(() => adam(1, { beta2: 1 })).to.throw(ArgumentError);
    expect(() => rmsprop(1, { epsilon: 0 })).to.throw(ArgumentError);
    expect(() => rateAt(() => NaN, 0)).to.throw(ArgumentError);
    expect(() => augmentation({ crop: 0 })).to.throw(ArgumentError);
  });
});
