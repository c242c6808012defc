import { expect } from 'chai';
import type { Backend } from '../../src/engine/backend.ts';
import { Model } from '../../src/engine/model.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { mechanism, type Mechanism } from '../../src/methods/mechanism/mechanism.ts';
import { RULE_NAMES, sumOf, type Return } from '../../src/methods/mechanism/signals.ts';
import type { Stage } from '../../src/methods/mechanism/path.ts';
import type { Grid } from '../../src/ops/explain/explanation.ts';
import type { Preprocessing } from '../../src/models/manifest.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { openBackend } from '../support/backends.ts';
import { Layers, NETS } from '../support/nets.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

/** Of the largest number of the tensor: what float32 loses on the way. */
const BOUND = 1e-5;
const SIDE = 33;

/** Batch normalisation by chance, of positive scales and variances. */
function batchNorm({ builder }: Layers, x: string, random: Random): string {
  const channels = builder.value(x).shape[1]!;
  const positive = random.tensor([channels]);
  const variance = { ...positive, data: positive.data.map((value) => 0.5 + value ** 2) };
  const numbers = [random.tensor([channels]), random.tensor([channels]), positive, variance];
  const inputs = numbers.map((each, i) => builder.constant(`n${String(i)}`, each));
  return builder.add('batch-norm', [x, ...inputs], { epsilon: 1e-5 });
}

/** Overlapping pools with padding and strides, and branches that are joined: as in SqueezeNet. */
function fires(): Graph {
  const layers = new Layers();
  let x = layers.convRelu(layers.image(SIDE), 8, 3, { stride: 2 });
  x = layers.maxPool(x, 3, { stride: 2, pad: 1, ceil: true });
  for (let fire = 0; fire < 2; fire++) {
    const squeezed = layers.convRelu(x, 4, 1);
    x = layers.concat(layers.convRelu(squeezed, 6, 1), layers.convRelu(squeezed, 6, 3, { pad: 1 }));
  }
  const mean = layers.builder.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: false });
  return layers.builder.build('fires', [mean]);
}

/** Grouped and dilated convolutions, batch normalisation, a clip at 6, a residual sum and a transposed convolution. */
function residual(): Graph {
  const layers = new Layers();
  const { builder } = layers;
  const random = new Random(4);
  let x = layers.conv(layers.image(SIDE), 8, 5, { stride: 3, pad: 2 });
  x = layers.relu6(batchNorm(layers, x, random));
  const inner = layers.conv(x, 8, 3, { group: 4, dilation: 2, pad: 2 });
  const outer = layers.depthwise(layers.relu(batchNorm(layers, inner, random)), 3, { pad: 1 });
  x = layers.relu(layers.add(outer, x));
  const wide = builder.add('conv2d-input-grad', [x, builder.constant('t', random.tensor([8, 5, 3, 3]))], {
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    dilations: [1, 1],
    autoPad: 'NOTSET',
    group: 1,
    inputShape: [1, 5, 21, 21],
  });
  return builder.build('residual', [layers.maxPool(layers.relu(wide), 2, { stride: 2, ceil: true })]);
}

const preprocessingOf = (side: number): Preprocessing => {
  return { channels: 'RGB', mean: [0, 0, 0], std: [255, 255, 255], resize: 'stretch', height: side, width: side };
};

const GRAPHS = { fires, residual, alexnet: () => NETS.alexnet({ divisor: 16, side: 64, classes: 10 }) };

/** Compares numbers with those of float64, and counts them. */
class Judge {
  compared = 0;
  worst = 0;
  readonly #graph: Graph;
  readonly #input: Tensor;
  readonly #forward: Readonly<Record<string, Tensor>>;
  readonly #scales = new Map<ArrayLike<number>, number>();

  constructor(graph: Graph, input: Tensor) {
    this.#graph = graph;
    this.#input = input;
    const all = graph.nodes.map(({ outputs }) => outputs[0]!);
    this.#forward = { ...evaluate(graph, { image: input }, all), image: input };
  }

  /** That numbers are those at places of a tensor. */
  #same(what: string, values: readonly number[], places: readonly number[], { data }: Tensor): void {
    const scale = this.#scales.get(data) ?? Math.max(...Array.from(data, Math.abs), 1e-30);
    this.#scales.set(data, scale);
    for (const [i, place] of places.entries()) {
      const error = Math.abs(values[i]! - (place < 0 ? 0 : data[place]!)) / scale;
      this.worst = Math.max(this.worst, error);
      this.compared++;
      if (!(error <= BOUND)) expect.fail(`${what}: ${String(values[i])} and not ${String(data[place])}`);
    }
  }

  #grid(what: string, { values, places }: Grid, tensor: Tensor): void {
    this.#same(what, values, places, tensor);
  }

  judge(walk: Mechanism): void {
    const { end, value, stages, returns, map, channel } = walk;
    const of = this.#forward[end.tensor]!;
    this.#same('the unit', [value], [end.at], of);
    const plane = map.data.length;
    this.#same(
      'its channel',
      [...map.data],
      Array.from({ length: plane }, (_, i) => channel * plane + i),
      of,
    );
    expect(stages[0]!.from.tensor).to.equal('image');
    expect(stages.at(-1)!.to).to.deep.equal(end);
    for (const [i, stage] of stages.entries()) {
      expect(stage.from).to.deep.equal(i === 0 ? stage.from : stages[i - 1]!.to);
      this.#judgeForward(stage);
    }
    expect(returns.map(({ stage }) => stage)).to.deep.equal(stages.toReversed());
    this.#judgeBackward(walk);
  }

  #judgeForward({ node, to, value, forward }: Stage): void {
    const what = `${node.op} ${node.name}`;
    const y = this.#forward[to.tensor]!;
    const x = this.#forward[node.inputs[0]!]!;
    this.#same(what, [value], [to.at], y);
    switch (forward.kind) {
      case 'products': {
        for (const share of forward.shares) this.#grid(what, share, x);
        const sums = forward.shares.map(({ sum }) => sum);
        expect(sums.map(Math.abs)).to.deep.equal(sums.map(Math.abs).sort((a, b) => b - a));
        this.#same(`sum of ${what}`, [forward.sum], [to.at], y);
        break;
      }
      case 'maximum': {
        this.#grid(what, forward, x);
        this.#same(what, [forward.values[forward.chosen]!], [to.at], y);
        expect(forward.places[forward.chosen], 'the switch').to.equal(this.#switchesOf(node.name).data[to.at]);
        break;
      }
      case 'clamped':
        this.#grid(what, forward, x);
        this.#same(what, forward.after, forward.places, y);
        break;
      case 'readings': {
        for (const each of forward.readings) this.#grid(what, each, this.#forward[each.tensor]!);
        if (forward.scale === undefined) break;
        const [all] = forward.readings;
        expect(all!.values.length).to.equal(all!.count);
        this.#same(what, [all!.values.reduce((a, b) => a + b) * forward.scale], [to.at], y);
      }
    }
  }

  #switchesOf(node: string): Tensor {
    const builder = graphBuilder(this.#graph);
    const switches = builder.extend(node);
    return evaluate(builder.build('switches', [switches]), this.#forward, [switches])[switches]!;
  }

  #judgeBackward({ end, returns }: Mechanism): void {
    const wrt = returns.map(({ stage }) => stage.from.tensor);
    for (const rule of RULE_NAMES) {
      const { graph, gradients, seed } = differentiate(this.#graph, { of: end.tensor, wrt, rules: RULES[rule] });
      const ones = float32(
        graph.values.get(end.tensor)!.shape,
        new Float32Array(sizeOf(graph.values.get(end.tensor)!.shape)),
      );
      ones.data[end.at] = 1;
      const found = evaluate(graph, { image: this.#input, [seed]: ones }, [...gradients.values()]);
      const signals = new Map([...gradients].map(([tensor, name]) => [tensor, found[name]!]));
      signals.set(end.tensor, ones);
      for (const each of returns) this.#judgeReturn(each, rule, signals);
    }
  }

  #judgeReturn(
    { stage: { node, from, to }, arrives, leaves, backward, others, unknown }: Return,
    rule: (typeof RULE_NAMES)[number],
    signals: ReadonlyMap<string, Tensor>,
  ): void {
    const what = `${rule} through ${node.op} ${node.name}`;
    const [dy, dx] = [signals.get(to.tensor)!, signals.get(from.tensor)!];
    this.#same(what, [arrives[rule]], [to.at], dy);
    this.#same(what, [leaves[rule]], [from.at], dx);
    const sent = backward?.[rule];
    if (!sent) return;
    const total = others.reduce((sum, { sums }) => sum + sums[rule], sumOf(sent, rule, from.at));
    if (unknown.length === 0) this.#same(`sum of ${what}`, [total], [from.at], dx);
    const alone = others.length + unknown.length === 0;
    switch (sent.kind) {
      case 'products':
        for (const share of sent.shares) this.#grid(what, share, dy);
        break;
      case 'unpooled':
        if (alone) this.#grid(what, sent, dx);
        this.#grid(what, sent.windows, dy);
        expect(sent.windows.switches).to.deep.equal(
          sent.windows.places.map((place) => this.#switchesOf(node.name).data[place]),
        );
        break;
      case 'ruled':
        this.#grid(what, sent, dy);
        this.#same(what, sent.output, sent.places, this.#forward[to.tensor]!);
        if (alone) this.#same(what, sent[rule], sent.places, dx);
    }
  }
}

describe('mechanism', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend();
  });
  after(() => {
    backend.dispose();
  });

  const counts = { fires: 80, residual: 80, alexnet: 40 };
  for (const [name, count] of Object.entries(counts)) {
    it(`shows the reference’s numbers at ${String(count)} units of ${name}, there and back under three rules`, async () => {
      const graph = GRAPHS[name as keyof typeof GRAPHS]();
      const [, , side] = graph.values.get('image')!.shape;
      const model = new Model({ name, graph, backend, preprocessing: preprocessingOf(side!) });
      const random = new Random(name.length);
      const input = random.tensor([1, 3, side!, side!]);
      const judge = new Judge(model.graph, input);
      const kinds = new Set<string>();
      for (let i = 0; i < count; i++) {
        const layer = model.layers[Math.floor(random.next() * model.layers.length)]!;
        const [, channels = 1, height = 1, width = 1] = layer.shape;
        const pick = (size: number): number => Math.floor(random.next() * size);
        const unit = { layer: layer.name, channel: pick(channels), at: [pick(height), pick(width)] as const };
        const walk = await mechanism(model, { input }, { unit });
        expect([walk.channel, ...walk.at]).to.deep.equal([unit.channel, ...unit.at]);
        judge.judge(walk);
        for (const { forward } of walk.stages) kinds.add(forward.kind);
        for (const { backward } of walk.returns) kinds.add(backward?.gradient.kind ?? 'none');
      }
      console.log(`${name}: ${String(judge.compared)} numbers, largest difference ${judge.worst.toExponential(1)}`);
      expect([...kinds].sort()).to.include.members(['clamped', 'maximum', 'products', 'ruled', 'unpooled']);
      model.dispose();
    });
  }

  it('takes the first of equal numbers as a pool does, and never the padding', async () => {
    const model = new Model({ name: 'fires', graph: fires(), backend, preprocessing: preprocessingOf(SIDE) });
    const input = new Random(5).tensor([1, 3, SIDE, SIDE]);
    const judge = new Judge(model.graph, input);
    const pool = model.layers.find(({ name }) => name.startsWith('max-pool'))!;
    const [, channels, , width] = pool.shape as [number, number, number, number];
    let ties = 0;
    for (let channel = 0; channel < channels; channel++) {
      const { map } = await mechanism(model, { input }, { unit: { layer: pool.name, channel } });
      const at = map.data.indexOf(0);
      if (at < 0) continue;
      ties++;
      const unit = { layer: pool.name, channel, at: [Math.floor(at / width), at % width] as const };
      const walk = await mechanism(model, { input }, { unit });
      judge.judge(walk);
    }
    expect(ties).to.be.greaterThan(2);
    model.dispose();
  });
});
