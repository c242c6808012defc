import { expect } from 'chai';
import '../support/ops.ts';
import { ArgumentError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { randomise, weightedNodes, type Drawing } from '../../src/graph/randomise.ts';
import { withoutLastActivation } from '../../src/graph/without-last-activation.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { Layers } from '../support/nets.ts';
import { Random } from '../support/random.ts';

const SIDE = 8;

/** Convolution, ReLU, convolution, ReLU, mean over the places: scores that no ReLU lets below 0. */
function small(): Graph {
  const layers = new Layers();
  const scores = layers.average(layers.convRelu(layers.convRelu(layers.image(SIDE), 4, 3), 5, 3));
  return layers.builder.build('small', [scores]);
}

const filled = ({ shape }: Drawing, value: number): Tensor =>
  float32(shape, new Float32Array(sizeOf(shape)).fill(value));
const none = (): Tensor => float32([0], []);

const input = { image: new Random(1).tensor([1, 3, SIDE, SIDE]) };

describe('graph/randomise', () => {
  it('lists the layers with weights as they run', () => {
    const graph = small();
    expect(weightedNodes(graph).map(({ op }) => op)).to.deep.equal(['conv2d', 'conv2d']);
    const layers = new Layers();
    const full = layers.builder.build('full', [layers.full(layers.flat(layers.image(2)), 3)]);
    expect(weightedNodes(full).map(({ op }) => op)).to.deep.equal(['gemm']);
  });

  it('draws weights and biases of the layers that are named, and leaves the others', () => {
    const graph = small();
    const [first, second] = weightedNodes(graph) as [Graph['nodes'][0], Graph['nodes'][0]];
    const asked: Drawing[] = [];
    const drawn = randomise(graph, [second.name], (drawing) => {
      asked.push(drawing);
      return filled(drawing, drawing.part === 'bias' ? 7 : 0);
    });
    expect(asked.map(({ layer, part, shape, fanIn }) => ({ layer, part, shape, fanIn }))).to.deep.equal([
      { layer: 1, part: 'weights', shape: [5, 4, 3, 3], fanIn: 36 },
      { layer: 1, part: 'bias', shape: [5], fanIn: 36 },
    ]);
    for (const name of first.inputs.slice(1)) expect(drawn.constants.get(name)).to.equal(graph.constants.get(name));
    const scores = evaluate(drawn, input, drawn.outputs)[graph.outputs[0]!]!;
    expect([...scores.data]).to.deep.equal([7, 7, 7, 7, 7]);
    expect(drawn.nodes.map(({ name }) => name)).to.deep.equal(graph.nodes.map(({ name }) => name));
  });

  it('counts the products of an output, of fully connected layers too', () => {
    const layers = new Layers();
    const graph = layers.builder.build('full', [layers.full(layers.flat(layers.image(2)), 3)]);
    const fans: number[] = [];
    randomise(graph, [graph.nodes.at(-1)!.name], (drawing) => {
      fans.push(drawing.fanIn);
      return filled(drawing, 0);
    });
    expect(fans).to.deep.equal([12, 12]);
  });

  it('is the graph itself where no layer is named', () => {
    const graph = small();
    expect(randomise(graph, [], none)).to.equal(graph);
  });

  it('keeps shared weights shared', () => {
    const { builder } = new Layers();
    const image = builder.input('image', 'float32', [1, 3, SIDE, SIDE]);
    const shared = builder.constant('shared', new Random(2).tensor([3, 3, 1, 1]));
    const attributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
    const once = builder.add('conv2d', [image, shared], attributes, { name: 'once' });
    const twice = builder.add('conv2d', [once, shared], attributes, { name: 'twice' });
    const graph = builder.build('shared', [twice]);
    let drawings = 0;
    const drawn = randomise(graph, ['once', 'twice'], (drawing) => filled(drawing, ++drawings));
    expect(drawings).to.equal(1);
    expect(drawn.nodes[0]!.inputs[1]).to.equal(drawn.nodes[1]!.inputs[1]);
    expect(drawn.constants.has('shared')).to.equal(false);
  });

  it('refuses numbers that do not fit', () => {
    const graph = small();
    const { name } = graph.nodes.find(({ op }) => op === 'conv2d')!;
    return expectRejection(ArgumentError, 'does not fit', () => randomise(graph, [name], none));
  });

  it('refuses what has no weights', () => {
    const graph = small();
    return expectRejection(ArgumentError, 'has no weights', () => randomise(graph, [graph.nodes[1]!.name], none));
  });
});

describe('graph/without-last-activation', () => {
  it('gives the mean of what the last ReLU was given', () => {
    const graph = small();
    const [scores] = graph.outputs as [string];
    const without = withoutLastActivation(graph, scores);
    const before = graph.nodes.filter(({ op }) => op === 'conv2d').at(-1)!.outputs[0]!;
    const values = evaluate(without.graph, input, [without.scores, before]);
    const map = values[before]!;
    const places = map.data.length / 5;
    const means = [0, 1, 2, 3, 4].map(
      (c) =>
        Float64Array.from(map.data.slice(c * places, (c + 1) * places)).reduce((sum, value) => sum + value, 0) / places,
    );
    for (const [c, mean] of means.entries()) expect(values[without.scores]!.data[c]).to.be.closeTo(mean, 1e-12);
    const given = evaluate(graph, input, [scores])[scores]!;
    expect(Math.min(...means)).to.be.below(Math.min(...given.data) - 1e-3);
    // The ReLU in the middle is there
    expect(without.graph.nodes.filter(({ op }) => op === 'relu').length).to.equal(1);
  });

  it('also where the ReLU is the last of all', () => {
    const { builder } = new Layers();
    const image = builder.input('image', 'float32', [1, 3]);
    const graph = builder.build('bare', [builder.add('relu', [image], {}, { outputs: ['scores'] })]);
    const without = withoutLastActivation(graph, 'scores');
    const feed = { image: float32([1, 3], [-1, 2, -3]) };
    expect([...evaluate(without.graph, feed, [without.scores])[without.scores]!.data]).to.deep.equal([-1, 2, -3]);
  });

  it('leaves networks that end without one', () => {
    const layers = new Layers();
    const graph = layers.builder.build('full', [layers.full(layers.hidden(layers.flat(layers.image(2)), 4), 3)]);
    expect(withoutLastActivation(graph, graph.outputs[0]!).graph).to.equal(graph);
  });
});
