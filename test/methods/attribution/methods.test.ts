import { expect } from 'chai';
import '../../support/ops.ts';
import {
  ablationCam,
  byRules,
  cam,
  deepLift,
  excitationBackprop,
  explanationMethods,
  fullGrad,
  gradCam,
  hiResCam,
  integratedGradients,
  passOn,
  registerRules,
  rise,
  scoreCam,
  smoothGrad,
  smoothGradSquared,
  varGrad,
  type Explanation,
} from '../../../src/attribution.ts';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model, Sample } from '../../../src/engine/model.ts';
import { createReferenceBackend } from '../../../src/engine/reference.ts';
import { ArgumentError } from '../../../src/errors.ts';
import { gradient } from '../../../src/methods/attribution/gradient.ts';
import { cornersAligned, scaledBy } from '../../../src/methods/attribution/parts/masked.ts';
import { noisyInputs } from '../../../src/methods/attribution/parts/smoothing.ts';
import { riseMask } from '../../../src/methods/attribution/rise.ts';
import { attributionMethods, type AttributionMethodName } from '../../../src/methods/attribution/table.ts';
import { forward } from '../../../src/methods/parts/forward.ts';
import { softmax } from '../../../src/methods/parts/scores.ts';
import { float32, type Data } from '../../../src/tensor/tensor.ts';
import { rejection } from '../../rejection.ts';
import { openBackend } from '../../support/backends.ts';
import { dot, relativeError } from '../../support/numbers.ts';
import { constantGraph, lastMaps, linearHeadGraph, modelOf, sampleOf, SIDE } from './support.ts';

function sumOf(data: ArrayLike<number>): number {
  return dot(data, new Uint8Array(data.length).fill(1));
}

describe('attribution methods', () => {
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
  const activationsOf = async (): Promise<Data> =>
    (await forward(model, sample, [model.resolve(lastMaps(model)).name]))[0]!.data;

  for (const [name, method] of Object.entries(explanationMethods)) {
    it(`${name} gives the same in float64, says what it did, and is the same on every run`, async () => {
      const exact = modelOf(linearHeadGraph(), createReferenceBackend());
      const options = { samples: 3, steps: 3, masks: 3 };
      const done: number[] = [];
      const found = await method.run(model, sample, { ...options, onProgress: (share) => done.push(share) });
      const expected = await method.run(exact, sample, options);
      expect(relativeError(found.map.data, expected.map.data)).to.be.below(1e-4);
      expect(found.map.data.some((value) => value !== 0)).to.equal(true);
      expect(found.method).to.equal(name);
      expect(found.passes).to.equal(expected.passes).and.to.be.above(1);
      expect(found.goal).not.to.have.property('seed');
      expect(found.map.shape.slice(-2)).to.deep.equal([SIDE, SIDE]);
      expect(done.every((share, i) => share >= (done[i - 1] ?? 0) && share <= 1)).to.equal(true);
      expect((await method.run(model, sample, options)).map.data).to.deep.equal(found.map.data);
      exact.dispose();
    });

    it(`${name} finds nothing in a network that always says the same`, async () => {
      const constant = modelOf(constantGraph(), backend);
      const { map } = await method.run(constant, sample, { samples: 4, steps: 4, masks: 4, target: 1 });
      constant.dispose();
      if (name !== 'rise') {
        expect(new Set(map.data).size).to.equal(1);
        return;
      }
      // Where the answer does not change, what is left are the masks themselves.
      const [scores] = await forward(constantModel(), sample, [model.logits]);
      const expected = meanOfMasks(4, () => softmax(scores!.data)[1]!);
      expect(relativeError(map.data, expected)).to.be.below(1e-6);
    });

    it(`${name} stops when it is told to`, async () => {
      const signal = AbortSignal.abort();
      let error: unknown;
      await method.run(model, sample, { signal }).catch((thrown: unknown) => (error = thrown));
      expect((error as DOMException).name).to.equal('AbortError');
    });
  }

  const constants: Model[] = [];
  function constantModel(): Model {
    constants.push(modelOf(constantGraph(), backend));
    return constants.at(-1)!;
  }
  after(() => {
    for (const one of constants) one.dispose();
  });

  function meanOfMasks(count: number, weightOf: (k: number) => number): Float64Array {
    const mean = new Float64Array(SIDE ** 2);
    for (let k = 0; k < count; k++)
      riseMask([SIDE, SIDE], { cells: 7, seen: 0.5, stream: k }).forEach((value, i) => {
        mean[i]! += (weightOf(k) * value) / (count * 0.5);
      });
    return mean;
  }

  it('the first four are those of every page', async () => {
    for (const name of Object.keys(attributionMethods) as AttributionMethodName[]) {
      const [ours, theirs] = await Promise.all([
        explanationMethods[name].run(model, sample),
        attributionMethods[name].run(model, sample),
      ]);
      expect(relativeError(ours.map.data, theirs.map.data), name).to.be.below(1e-6);
      expect(ours.notes).to.deep.equal(theirs.notes);
    }
  });

  it('Grad-CAM and HiResCAM are CAM where the head is a mean and a product', async () => {
    const options = { target: 2, signed: true };
    const expected = await cam(model, sample, options);
    expect(expected.of).to.equal(lastMaps(model));
    for (const method of [gradCam, hiResCam]) {
      const { raw, map } = await method(model, sample, options);
      const scale = raw.data.length;
      expect(
        relativeError(
          raw.data.map((value) => value * scale),
          expected.raw.data,
        ),
      ).to.be.below(1e-5);
      expect(
        relativeError(
          map.data.map((value) => value * scale),
          expected.map.data,
        ),
      ).to.be.below(1e-5);
    }
    // The mean of the map is the score without the bias of the head.
    const mean = sumOf(expected.raw.data) / expected.raw.data.length;
    const bias = [...model.graph.constants.values()].find(({ shape }) => shape.length === 1 && shape[0] === 4)!;
    expect(mean).to.be.closeTo(expected.goal.score - bias.data[2]!, 1e-4);
  });

  it('Grad-CAM leaves out what speaks against, unless it is asked for', async () => {
    const [shown, signed] = [await gradCam(model, sample), await gradCam(model, sample, { signed: true })];
    expect(shown.raw).to.deep.equal(signed.raw);
    expect(Math.min(...signed.map.data)).to.be.below(0);
    expect(Math.min(...shown.map.data)).to.be.at.least(0);
  });

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

  it('Score-CAM is a loop of single passes', async () => {
    const { raw, goal } = await scoreCam(model, sample, { signed: true });
    const activations = await activationsOf();
    const plane = raw.data.length;
    const scores: number[] = [];
    for (let k = 0; k < 8; k++) {
      const map = activations.subarray(k * plane, (k + 1) * plane);
      const large = scaledBy(cornersAligned, map, raw.shape as [number, number], [SIDE, SIDE]);
      const [least, most] = [Math.min(...large), Math.max(...large)];
      const hidden = sample.input.data.map(
        (value, i) => (value * (large[i % large.length]! - least)) / (most - least + 1e-8),
      );
      scores.push((await scoresOf(hidden))[goal.classId!]!);
    }
    const weights = softmax(scores);
    const expected = raw.data.map((_, i) => weights.reduce((sum, w, k) => sum + w * activations[k * plane + i]!, 0));
    expect(relativeError(raw.data, expected)).to.be.below(1e-4);
  });

  it('Ablation-CAM is what each channel gives, of a linear head its mean', async () => {
    const { raw, goal } = await ablationCam(model, sample);
    const activations = await activationsOf();
    const { raw: linear } = await cam(model, sample);
    const plane = raw.data.length;
    // CAM's weights, from the map of one channel alone
    const weights = [...model.graph.constants.values()].find(({ shape }) => shape.join() === '4,8')!.data;
    const expected = new Float64Array(plane);
    for (let k = 0; k < 8; k++) {
      const map = activations.subarray(k * plane, (k + 1) * plane);
      const lost = (weights[goal.classId! * 8 + k]! * sumOf(map)) / plane;
      map.forEach((value: number, i: number) => {
        expected[i]! += (lost / Math.abs(goal.score)) * value;
      });
    }
    expect(relativeError(raw.data, expected)).to.be.below(1e-4);
    expect(relativeError(raw.data, linear.data)).to.be.above(0.01);
  });

  it('excitation backpropagation shares out 1, in proportion to what excites', async () => {
    const layer = lastMaps(model);
    const { raw } = await excitationBackprop(model, sample, { layer, target: 1 });
    const activations = await activationsOf();
    const weights = [...model.graph.constants.values()].find(({ shape }) => shape.join() === '4,8')!.data;
    const plane = raw.data.length;
    const given = new Float64Array(plane);
    activations.forEach((value: number, i: number) => {
      given[i % plane]! += value * Math.max(weights[8 + Math.floor(i / plane)]!, 0);
    });
    const total = given.reduce((a, b) => a + b);
    expect(
      relativeError(
        raw.data,
        given.map((value) => value / total),
      ),
    ).to.be.below(1e-5);
    const first = model.layers.find(({ op }) => op === 'max-pool')!.name;
    const earlier = await excitationBackprop(model, sample, { layer: first, target: 1 });
    expect(sumOf(earlier.raw.data)).to.be.closeTo(1, 1e-4);
    expect(Math.min(...earlier.raw.data)).to.be.at.least(0);
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

  it('explains units of any layer', async () => {
    const target = { layer: lastMaps(model), channel: 3, at: [2, 3] } as const;
    const layer = model.layers.find(({ op }) => op === 'max-pool')!.name;
    for (const method of [gradCam, ablationCam, scoreCam, hiResCam]) {
      const { goal, raw } = await method(model, sample, { target, layer });
      expect(goal.score).to.be.closeTo((await activationsOf())[3 * 49 + 2 * 7 + 3]!, 1e-5);
      expect(raw.shape).to.deep.equal(model.resolve(layer).shape.slice(2));
    }
    const { map } = await byRules(model, sample, { target });
    const expected = await gradient(model, sample, { target });
    expect(relativeError(map.data, expected.map.data)).to.be.below(1e-6);
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

  it('says what it cannot explain', async () => {
    const layer = lastMaps(model);
    const refused: readonly (() => Promise<unknown>)[] = [
      () => cam(model, sample, { target: `${layer}:1` }),
      () => gradCam(model, sample, { layer: model.layers.at(-1)!.name }),
      () => gradCam(model, sample, { layer, target: `${layer}:1` }),
      () => smoothGrad(model, sample, { samples: 0 }),
      () => smoothGrad(model, sample, { of: 'lrp' as 'gradient' }),
      () => rise(model, sample, { masks: 1e9 }),
      () => rise(model, sample, { seen: 0 }),
      () => integratedGradients(model, sample, { baseline: 'grey' as 'mean' }),
      () => integratedGradients(model, sample, { seed: 0.5 }),
    ];
    for (const run of refused) await rejection(ArgumentError, run);
  });
});
