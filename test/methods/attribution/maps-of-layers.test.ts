import { expect } from 'chai';
import '../../support/ops.ts';
import {
  ablationCam,
  byRules,
  cam,
  excitationBackprop,
  gradCam,
  hiResCam,
  scoreCam,
} from '../../../src/attribution.ts';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model, Sample } from '../../../src/engine/model.ts';
import { gradient } from '../../../src/methods/attribution/gradient.ts';
import { cornersAligned, scaledBy } from '../../../src/methods/attribution/parts/masked.ts';
import { forward } from '../../../src/methods/parts/forward.ts';
import { softmax } from '../../../src/methods/parts/scores.ts';
import { float32, type Data } from '../../../src/tensor/tensor.ts';
import { openBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/numbers.ts';
import { lastMaps, linearHeadGraph, modelOf, sampleOf, SIDE, sumOf } from './support.ts';

describe('maps of layers', () => {
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

  it('CAM takes a pool over the whole map for a mean', async () => {
    const other = modelOf(linearHeadGraph('average-pool'), backend);
    const [ours, theirs] = [await cam(other, sample), await cam(model, sample)];
    other.dispose();
    expect(relativeError(ours.raw.data, theirs.raw.data)).to.be.below(1e-5);
  });

  it('Grad-CAM leaves out what speaks against, unless it is asked for', async () => {
    const [shown, signed] = [await gradCam(model, sample), await gradCam(model, sample, { signed: true })];
    expect(shown.raw).to.deep.equal(signed.raw);
    expect(Math.min(...signed.map.data)).to.be.below(0);
    expect(Math.min(...shown.map.data)).to.be.at.least(0);
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
});
