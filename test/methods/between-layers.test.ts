import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import '../support/ops.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { activation } from '../../src/methods/activation.ts';
import { classify } from '../../src/methods/classify.ts';
import { paint } from '../../src/methods/draw.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import { occlusion } from '../../src/methods/occlusion.ts';
import { backpropagate, type RuleSetName } from '../../src/methods/parts/backpropagate.ts';
import { render } from '../../src/methods/render.ts';
import { toImageData, type Picture } from '../../src/models/picture.ts';
import { float32, tensor } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { dot, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_CLASSES, TINY_INPUT, tinyNet } from '../support/tiny.ts';

describe('methods/backpropagate, between layers', () => {
  let backend: Backend;
  let model: Model;
  let photo: Picture;
  let sample: Sample;
  before(async () => {
    backend = await openBackend();
    model = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    const random = new Random(11);
    const data = Uint8ClampedArray.from({ length: 32 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 256 * random.next()));
    photo = { width: 32, height: 32, data };
    sample = await model.prepare(toImageData(photo));
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  it('gives what float64 gives, for all rules', async () => {
    for (const rules of Object.keys(RULES) as RuleSetName[]) {
      for (const [from, to] of [
        ['second:2', 'first'],
        ['3', 'active'],
        ['second:1', 'input'],
        ['pooled:3', 'first'],
      ] as const) {
        const { map, goal, layer } = await backpropagate(model, sample, { from, to, rules });
        const end = to === 'input' ? model.input : model.resolve(to);
        const wrt = [end.name];
        const { graph, seed, gradients } = differentiate(model.graph, { of: goal.tensor, wrt, rules: RULES[rules] });
        const { shape } = graph.values.get(goal.tensor)!;
        const signal = float32(
          shape,
          Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (i === goal.unit ? 1 : 0)),
        );
        const name = gradients.get(end.name)!;
        const exact = evaluate(graph, { [model.input.name]: sample.input, [seed]: signal }, [name])[name]!;
        expect(map.shape).to.deep.equal(end.shape.slice(1));
        expect(layer).to.equal(to === 'input' ? undefined : to);
        expect(relativeError(map.data, exact.data), `${from} to ${to}, ${rules}`).to.be.below(1e-5);
      }
    }
  });

  it('says how a score changes with a hidden layer', async () => {
    const { map, goal } = await backpropagate(model, sample, { from: 3, to: 'pooled' });
    const { name, shape } = model.resolve('pooled');
    const feeds = { [model.input.name]: sample.input };
    const at = evaluate(model.graph, feeds, [name])[name]!;
    const direction = new Random(12).tensor(shape);
    const scoreAt = (step: number): number => {
      const moved = tensor(
        'float64',
        shape,
        Array.from(at.data, (v, i) => v + step * direction.data[i]!),
      );
      return evaluate(model.graph, { ...feeds, [name]: moved }, [goal.tensor])[goal.tensor]!.data[3]!;
    };
    const slope = (scoreAt(1e-4) - scoreAt(-1e-4)) / 2e-4;
    expect(dot(map.data, direction.data)).to.be.closeTo(slope, 1e-4 * Math.abs(slope));
  });

  it('follows the chain rule at every layer that all signals pass', async () => {
    for (const rules of ['gradient', 'guided'] as const) {
      const whole = await backpropagate(model, sample, { from: 2, rules });
      for (const to of ['first', 'active', 'pooled', 'second']) {
        const upper = await backpropagate(model, sample, { from: 2, to, rules });
        const lower = await backpropagate(model, sample, { from: to, start: upper.map, rules });
        expect(relativeError(lower.map.data, whole.map.data), `${to}, ${rules}`).to.be.below(1e-5);
      }
    }
  });

  it('takes rules by node, and each set of them for itself', async () => {
    const mixed = (): typeof RULES.guided => RULES.guided;
    const [named, byNode] = [
      await backpropagate(model, sample, { from: 2, rules: 'guided' }),
      await backpropagate(model, sample, { from: 2, rules: mixed }),
    ];
    expect(byNode.map.data).to.deep.equal(named.map.data);
    expect(byNode.notes).to.deep.equal(named.notes);
    const plain = await backpropagate(model, sample, { from: 2 });
    expect(plain.map.data).not.to.deep.equal(named.map.data);
    expect(plain.map.data).to.deep.equal((await gradient(model, sample, { target: 2 })).map.data);
  });

  it('says what does not exist or lead anywhere', async () => {
    const rejected = (options: object, words: string, kind: typeof ArgumentError | typeof ShapeError = ArgumentError) =>
      expectRejection(kind, words, () => backpropagate(model, sample, options));
    await rejected({ to: 'secnd' }, '"second"');
    await rejected({ from: 'fist:1' }, '"first"');
    await rejected({ from: 'first:4' }, '0 to 3');
    await rejected({ from: 'first:1', to: 'second' }, 'no signal flows from first, channel 1');
    await rejected({ from: 'first', to: 'first' }, 'no signal flows');
    await rejected({ to: 'w1' }, '');
    await rejected({ rules: 'guide' }, 'gradient, guided, deconvnet');
    await rejected({ rules: { ...RULES.guided, relu: 'x' } }, 'rule for relu');
    await rejected({ from: 'first', start: float32([3], [1, 2, 3]) }, '4×15×15', ShapeError);
  });

  it('takes a picture where it takes a sample, and gives the same', async () => {
    const image = toImageData(photo);
    expect(await classify(model, image)).to.deep.equal(await classify(model, sample));
    const target = 'second:1';
    const [ours, theirs] = [await gradient(model, image, { target }), await gradient(model, sample, { target })];
    expect(ours.map).to.deep.equal(theirs.map);
    expect(theirs.goal.description).to.match(/^second, channel 1 at/);
    expect(await model.prepare(sample)).to.equal(sample);
    for await (const { feature } of occlusion(model, image, { layer: 'first:2', size: 16, stride: 16 })) {
      expect(feature).to.deep.equal({ layer: 'first', channel: 2 });
    }
  });

  it('gives layers and channels as numbers, and draws them', async () => {
    const layer = await activation(model, sample, 'first');
    expect(layer.shape).to.deep.equal([4, 15, 15]);
    const channel = await activation(model, sample, 'first:2');
    expect(channel.shape).to.deep.equal([15, 15]);
    expect([...channel.data]).to.deep.equal([...layer.data.slice(2 * 225, 3 * 225)]);
    expect((await activation(model, sample, 'flat')).shape).to.deep.equal([TINY_CLASSES]);
    const { picture, range } = paint(layer);
    expect([picture.width, picture.height]).to.deep.equal([31, 31]);
    expect(range[0]).to.equal(-range[1]);
    expect(paint(channel).picture.width).to.equal(15);
    expect(paint(sample).picture).to.equal(sample.crop);
    const image = await render(model, 'first:1', { steps: 2, preset: 'simonyan' });
    expect(image.step).to.equal(2);
    expect(paint(image).picture.width).to.equal(32);
    expect(paint(await backpropagate(model, sample, { from: 2, to: 'second' })).picture.height).to.be.above(0);
  });
});
