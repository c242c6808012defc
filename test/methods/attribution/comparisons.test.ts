import { expect } from 'chai';
import '../../support/ops.ts';
import {
  byRules,
  deepLift,
  explanationMethods,
  fullGrad,
  gradCam,
  integratedGradients,
  passOn,
  registerRules,
  rise,
  smoothGrad,
  smoothGradSquared,
  varGrad,
  type Explanation,
} from '../../../src/attribution.ts';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model, Sample } from '../../../src/engine/model.ts';
import { ArgumentError } from '../../../src/errors.ts';
import { gradient } from '../../../src/methods/attribution/gradient.ts';
import { noisyInputs } from '../../../src/methods/attribution/parts/smoothing.ts';
import { riseMask } from '../../../src/methods/attribution/rise.ts';
import { forward } from '../../../src/methods/parts/forward.ts';
import { softmax } from '../../../src/methods/parts/scores.ts';
import { float32, type Data } from '../../../src/tensor/tensor.ts';
import { rejection } from '../../rejection.ts';
import { openBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/numbers.ts';
import { lastMaps, linearHeadGraph, meanOfMasks, modelOf, normalisedGraph, sampleOf, SIDE, sumOf } from './support.ts';

describe('means and comparisons', () => {
  let backend: Backend;
  let model: Model;
  let sample: Sample;
  before(async () => {
    backend = await openBackend();
    model = modelOf(linearHeadGraph(), backend);
    sample = sampleOf(3);
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  const scoresOf = async (input: Data): Promise<Data> =>
    (await forward(model, { input: float32(sample.input.shape, input) }, [model.logits]))[0]!.data;

  it('IG, DeepLIFT and FullGrad add up', async () => {
    for (const baseline of ['mean', 'black', 'white', 'blur', 'noise'] as const) {
      const options = { baseline, steps: 64 };
      for (const method of [integratedGradients, deepLift]) {
        const { map, completeness } = await method(model, sample, options);
        const sum = sumOf(map.data);
        expect(sum).to.be.closeTo(completeness.sum, 1e-3);
        expect(Math.abs(completeness.gap), `${method.name}, ${baseline}`).to.be.below(
          0.01 * Math.abs(completeness.difference),
        );
      }
    }
    const { completeness } = await fullGrad(model, sample);
    expect(completeness.gap).to.be.closeTo(0, 1e-4 * Math.abs(completeness.difference));
  });

  it('FullGrad counts what a normalisation shifts', async () => {
    const normalised = modelOf(normalisedGraph(), backend);
    const { completeness } = await fullGrad(normalised, sample);
    normalised.dispose();
    expect(completeness.gap).to.be.closeTo(0, 1e-4 * Math.abs(completeness.difference));
  });

  it('a comparison is with the baseline that was given', async () => {
    const other = sampleOf(9).input;
    const { completeness, goal } = await deepLift(model, sample, { baseline: other });
    const before = (await scoresOf(other.data))[goal.classId!]!;
    expect(completeness.difference).to.be.closeTo(goal.score - before, 1e-5);
  });

  it('SmoothGrad without noise is its base, of any method', async () => {
    const plain = { samples: 3, noise: 0 };
    const base = await gradient(model, sample);
    expect(relativeError((await smoothGrad(model, sample, plain)).map.data, base.map.data)).to.be.below(1e-6);
    const cams = await smoothGrad(model, sample, { ...plain, of: gradCam });
    expect(relativeError(cams.map.data, (await gradCam(model, sample)).map.data)).to.be.below(1e-6);
    expect(
      new Set((await varGrad(model, sample, plain)).map.data.map((value) => Math.round(1e6 * value))).size,
    ).to.equal(1);
  });

  it('SmoothGrad, its square and VarGrad are moments of the maps of noisy pictures', async () => {
    const options = { samples: 5, noise: 0.2, seed: 40, target: 1 };
    const maps: Data[] = [];
    const inputOf = noisyInputs({ model, sample }, 0.2, 40);
    for (let k = 0; k < 5; k++) {
      const input = float32(sample.input.shape, inputOf(k));
      maps.push((await gradient(model, { input }, { target: 1 })).map.data);
    }
    const mean = maps[0]!.map((_, i) => maps.reduce((sum, map) => sum + map[i]! / 5, 0));
    const squares = maps[0]!.map((_, i) => maps.reduce((sum, map) => sum + map[i]! ** 2 / 5, 0));
    const expected: readonly (readonly [typeof smoothGrad, Data])[] = [
      [smoothGrad, mean],
      [smoothGradSquared, squares],
      [varGrad, mean.map((value, i) => squares[i]! - value ** 2)],
    ];
    for (const [method, numbers] of expected) {
      const { map, passes } = await method(model, sample, options);
      expect(relativeError(map.data, numbers), method.name).to.be.below(1e-4);
      expect(passes).to.equal(11);
      const alone = await method(model, sample, {
        ...options,
        of: (m, s, o) => explanationMethods.gradient.run(m, s, o),
      });
      expect(relativeError(alone.map.data, numbers), method.name).to.be.below(1e-4);
    }
    const other = await smoothGrad(model, sample, { ...options, seed: 41 });
    expect(relativeError(other.map.data, mean)).to.be.above(0.01);
  });

  it('RISE is its mean of masks, weighted with what the network says behind each', async () => {
    const count = 40;
    const weights: number[] = [];
    for (let k = 0; k < count; k++) {
      const mask = riseMask([SIDE, SIDE], { cells: 7, seen: 0.5, stream: k });
      const hidden = sample.input.data.map((value, i) => value * mask[i % mask.length]!);
      weights.push(softmax(await scoresOf(hidden))[2]!);
    }
    const { map, passes } = await rise(model, sample, { masks: count, target: 2 });
    expect(
      relativeError(
        map.data,
        meanOfMasks(count, (k) => weights[k]!),
      ),
    ).to.be.below(1e-5);
    expect(passes).to.equal(count + 1);
  });

  it('a contrast is the difference of two', async () => {
    const of = (target: Parameters<typeof gradCam>[2]): Promise<Explanation> => byRules(model, sample, target);
    const [wanted, other] = [await of({ target: 1 }), await of({ target: 3 })];
    const both = await of({ target: { for: 1, against: 3 } });
    const difference = wanted.map.data.map((value, i) => value - other.map.data[i]!);
    expect(relativeError(both.map.data, difference)).to.be.below(1e-5);
    expect(both.goal.description).to.equal('class 1, not class 3');
    expect(both.goal.score).to.be.closeTo(wanted.goal.score - other.goal.score, 1e-5);
    const layer = lastMaps(model);
    await rejection(ArgumentError, () => of({ target: { for: 1, against: `${layer}:2` } }));
  });

  it('takes rules of others by name', async () => {
    registerRules('linear', { table: { activation: passOn } });
    const linear = await byRules(model, sample, { rules: 'linear', target: 0 });
    const plain = await byRules(model, sample, { target: 0 });
    expect(relativeError(linear.map.data, plain.map.data)).to.be.above(0.1);
    const direct = await byRules(model, sample, { rules: { activation: passOn }, target: 0 });
    expect(direct.map.data).to.deep.equal(linear.map.data);
    const message = (await rejection(ArgumentError, () => byRules(model, sample, { rules: 'lrp' }))).message;
    expect(message).to.contain('gradient, guided, deconvnet, excitation, linear');
  });
});
