import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { itOnGpu, lose, onGpu, openBackend } from '../support/backends.ts';
import { ArgumentError, DeviceLostError, ShapeError } from '../../src/errors.ts';
import { adversarial, smallestEpsilon } from '../../src/methods/adversarial.ts';
import { classModel } from '../../src/methods/class-model.ts';
import { classify } from '../../src/methods/classify.ts';
import { deepDream, type Dream } from '../../src/methods/deep-dream.ts';
import { featureVisualisation } from '../../src/methods/feature-visualisation.ts';
import { invert } from '../../src/methods/invert.ts';
import { codeOf, gramsOf } from '../../src/methods/parts/codes.ts';
import { blurEvery, bounds } from '../../src/methods/parts/constraints.ts';
import { channel, classScore, content, diversity, layerNorm, neuron } from '../../src/methods/parts/objectives.ts';
import { adam, lbfgs, sgd } from '../../src/methods/parts/optimisers.ts';
import { fourier, laplacianPyramid, pixels } from '../../src/methods/parts/parametrisations.ts';
import { l2Penalty } from '../../src/methods/parts/penalties.ts';
import { jitter, randomRotate } from '../../src/methods/parts/transforms.ts';
import { styleLayersOf, styleTransfer, type StyleWeights } from '../../src/methods/style-transfer.ts';
import { universalNoise } from '../../src/methods/universal-noise.ts';
import {
  DivergedError,
  Synthesis,
  synthesize,
  type Snapshot,
  type SynthesisOptions,
} from '../../src/methods/synthesize.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { expectRejection, rejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_CLASSES, TINY_INPUT, tinyNet } from '../support/tiny.ts';

describe('methods/synthesize', () => {
  let backend: Backend;
  let model: Model;
  let sample: Sample;
  before(async () => {
    backend = await openBackend({ poison: true });
    model = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    const random = new Random(11);
    const rgb = Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next()));
    const crop = pictureFromRgb(rgb, 32, 32);
    sample = { crop, placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input: toInput(crop, TINY_INPUT) };
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  async function all<T>(snapshots: AsyncIterable<T>): Promise<T[]> {
    const list: T[] = [];
    for await (const snapshot of snapshots) list.push(snapshot);
    return list;
  }

  async function last(options: SynthesisOptions, on: Model = model): Promise<Snapshot> {
    return (await all(synthesize(on, options))).at(-1)!;
  }

  const start = pixels({ noise: 30 });

  it('makes the same images on the float64 backend', async () => {
    const exact = await loadModel(new Blob([tinyNet()]), {
      backend: createReferenceBackend(),
      preprocessing: TINY_INPUT,
    });
    const recipes: readonly SynthesisOptions[] = [
      { objective: classScore(2), parametrisation: start, penalties: [l2Penalty(1e-4)], steps: 4 },
      {
        objective: channel('second', 1),
        parametrisation: fourier({ deviation: 0.1 }),
        transforms: [jitter(3), randomRotate([-5, 5])],
        optimiser: adam(0.05),
        steps: 4,
      },
      { objective: layerNorm('first'), parametrisation: laplacianPyramid({ levels: 3 }), optimiser: lbfgs(), steps: 6 },
      { objective: neuron('first', 1), parametrisation: start, constraints: [blurEvery(0.6, 2), bounds()], steps: 5 },
    ];
    for (const recipe of recipes) {
      const [ours, reference] = [await last(recipe), await last(recipe, exact)];
      expect(relativeError(ours.image.data, reference.image.data), recipe.objective.describe()).to.be.below(1e-4);
      expect(relativeError(ours.trace, reference.trace)).to.be.below(1e-4);
      expect(ours.trace.length).to.equal(recipe.steps);
    }
  });

  it('raises the objective, and says how', async () => {
    const snapshots = await all(classModel(model, 3, { steps: 24, pace: 1, weights: () => [1] }));
    const { trace, step, steps, terms, notes, adapter, gradientNorm } = snapshots.at(-1)!;
    expect(trace.at(-1)).to.be.above(trace[0]!);
    expect([step, steps, trace.length]).to.deep.equal([24, 24, 24]);
    expect(terms.map(({ says }) => says)).to.deep.equal(['score of 3']);
    expect(terms[0]!.value).to.be.closeTo(trace.at(-1)!, 1e-5);
    expect(notes).to.deep.equal([]);
    expect(adapter.backend).to.equal(onGpu ? 'webgpu' : 'cpu');
    expect(gradientNorm).to.be.above(0);
    expect(snapshots[0]!.step).to.equal(0);
  });

  it('gives the same bits for the same seed, in whatever portions, and others for another', async () => {
    const recipe: SynthesisOptions = {
      objective: channel('second', 1),
      parametrisation: start,
      transforms: [jitter(3), randomRotate([-5, 0, 5])],
      steps: 12,
    };
    const first = await last(recipe);
    expect((await last({ ...recipe, pace: 1e6 })).image.data).to.deep.equal(first.image.data);
    expect((await last({ ...recipe, pace: 0 })).image.data).to.deep.equal(first.image.data);
    expect((await last({ ...recipe, seed: 2 })).image.data).not.to.deep.equal(first.image.data);
  });

  it('reads nothing back between snapshots', async () => {
    const recipe = { objective: channel('second', 1), parametrisation: start, optimiser: adam(1), steps: 64 };
    const synthesis = await Synthesis.create(model, recipe);
    const readbackOf = async (from: Snapshot, steps: number): Promise<[Snapshot, number]> => {
      const before = backend.counters.readbackBytes;
      const next = await synthesis.advance(from, steps, false);
      return [next, backend.counters.readbackBytes - before];
    };
    const [one, ofOne] = await readbackOf(await synthesis.begin(), 1);
    const [, ofMany] = await readbackOf(one, 40);
    expect(ofOne).to.be.above(0);
    expect(ofMany).to.equal(ofOne);
    synthesis.dispose();
  });

  it('leaves nothing behind', async () => {
    const recipe = { objective: channel('second', 1), parametrisation: fourier(), steps: 3 };
    await last(recipe);
    const before = backend.counters;
    await last(recipe);
    for await (const snapshot of synthesize(model, recipe)) if (snapshot.step > 0) break;
    const { buffers, bytes } = backend.counters;
    expect({ buffers, bytes }).to.deep.equal({ buffers: before.buffers, bytes: before.bytes });
  });

  it('goes on from a snapshot', async () => {
    const recipe = { objective: channel('second', 1), parametrisation: start, steps: 8, pace: 0 };
    const snapshots = await all(synthesize(model, recipe));
    const middle = snapshots.find(({ step }) => step >= 3)!;
    const again = await last({ ...recipe, from: middle });
    expect(again.image.data).to.deep.equal(snapshots.at(-1)!.image.data);
    expect(again.trace).to.deep.equal(snapshots.at(-1)!.trace);
    const other = { ...recipe, from: { ...middle, parameters: {} } };
    await expectRejection(ArgumentError, 'not of this recipe', () => last(other));
  });

  it('takes other weights while it runs', async () => {
    const objective = channel('second', 1).plus(channel('second', 2).times(0));
    const recipe = { objective, parametrisation: start, steps: 6, pace: 0 };
    const changed = await last({ ...recipe, weights: () => [0, 1] });
    const asked = await last({ ...recipe, objective: channel('second', 1).times(0).plus(channel('second', 2)) });
    expect(changed.image.data).to.deep.equal(asked.image.data);
    expect(changed.image.data).not.to.deep.equal((await last(recipe)).image.data);
  });

  it('makes several images at once that differ', async () => {
    const objective = channel('second', 1).plus(diversity('first').times(0.1));
    const { image } = await last({ objective, parametrisation: start, steps: 3, count: 3 });
    expect(image.shape).to.deep.equal([3, 3, 32, 32]);
    await expectRejection(ArgumentError, 'nothing to differ from', () => last({ objective, steps: 3 }));
  });

  it('says that a unit is dead instead of showing a grey picture, and wakes it', async () => {
    // Without a bias and on a grey picture every unit after the ReLU is off
    const recipe = { objective: neuron('active', 0), parametrisation: pixels(), steps: 5 };
    const snapshots = await all(synthesize(model, recipe));
    expect(snapshots.at(-1)!.step).to.equal(1);
    expect(snapshots.at(-1)!.notes[0]).to.contain('units are off').and.to.contain('another seed');
    const woken = await last({ ...recipe, redirectedSteps: 2 });
    expect(woken.step).to.equal(5);
    expect(woken.trace.at(-1)).to.be.above(0);
  });

  it('stops at a number that is none, with the last good image and the step', async () => {
    const recipe = { objective: layerNorm('first'), parametrisation: start, optimiser: sgd(1e18), steps: 30, pace: 0 };
    const { step, last: good, message } = await rejection(DivergedError, () => all(synthesize(model, recipe)));
    expect(step).to.be.above(good.step - 1);
    expect([...good.image.data].every(Number.isFinite)).to.equal(true);
    expect(message).to.contain(`step ${step}`);
  });

  it('takes an image that is no number for diverged, though its objective was still one', async () => {
    // One step from numbers to none: the objective before it is fine, what it leads to is not
    const recipe = { objective: channel('second', 1), parametrisation: start, optimiser: sgd(1e39), steps: 1 };
    const seen: Snapshot[] = [];
    const run = async (): Promise<void> => {
      for await (const snapshot of synthesize(model, recipe)) seen.push(snapshot);
    };
    const { step, last: good } = await rejection(DivergedError, run);
    expect([step, good.step]).to.deep.equal([0, 0]);
    expect(seen, 'nobody gets it').to.deep.equal([good]);
  });

  describe('when the device is lost', () => {
    const recipe: SynthesisOptions = {
      objective: channel('second', 1),
      parametrisation: start,
      transforms: [jitter(2)],
      optimiser: adam(2),
      steps: 40,
      pace: 0,
    };

    /** Snapshots of a run under which the device is destroyed at some of them. */
    async function grown(
      losses: readonly number[],
      meanwhile: boolean,
      options: SynthesisOptions,
    ): Promise<Snapshot[]> {
      const own = await openBackend({ poison: true });
      const net = await loadModel(new Blob([tinyNet()]), { backend: own, preprocessing: TINY_INPUT });
      const snapshots: Snapshot[] = [];
      const waiting = [...losses];
      try {
        for await (const snapshot of synthesize(net, options)) {
          snapshots.push(snapshot);
          if (waiting.length === 0 || snapshot.step < waiting[0]!) continue;
          waiting.shift();
          await lose(own, meanwhile);
        }
        return snapshots;
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        return snapshots;
      } finally {
        net.dispose();
        own.dispose();
      }
    }

    for (const meanwhile of [false, true]) {
      it(`goes on from the last snapshot, ${meanwhile ? 'under a run' : 'between runs'}`, async () => {
        const snapshots = await grown([10], meanwhile, recipe);
        const steps = snapshots.map(({ step }) => step);
        expect(steps, 'no step is taken twice').to.deep.equal([...new Set(steps)].sort((a, b) => a - b));
        const { trace, notes, step } = snapshots.at(-1)!;
        expect([step, trace.length]).to.deep.equal([40, 40]);
        const [note] = notes;
        const at = Number(/went on from step (\d+), and what the optimiser remembered/.exec(note ?? '')?.[1]);
        expect(notes).to.have.length(1);
        expect(at).to.be.within(10, 39);
        const before = snapshots.find((snapshot) => snapshot.step === at)!;
        expect(before.notes).to.deep.equal([]);
        expect(trace.subarray(0, at), 'what was is kept').to.deep.equal(before.trace);
        // One step of Adam from rest may lose a little; the whole run gains
        expect(trace.at(-1)).to.be.above(trace[at]!).and.above(trace[0]!);
      });
    }

    it('gives the same bits as without a loss, where the optimiser remembers nothing', async () => {
      const plain = { ...recipe, optimiser: sgd(1), steps: 20 };
      const [lost, whole] = [await grown([6], true, plain), await grown([], false, plain)];
      expect(lost.at(-1)!.image.data).to.deep.equal(whole.at(-1)!.image.data);
      expect(lost.at(-1)!.trace).to.deep.equal(whole.at(-1)!.trace);
    });

    // A CPU is not lost: what ran in a Worker goes on on the page.
    itOnGpu('fails at the second loss within a minute, and can be gone on with from what there is', async () => {
      const snapshots = await grown([6, 12], true, recipe);
      const end = snapshots.at(-1)!;
      expect(end.step).to.be.within(12, 39);
      const again = await all(synthesize(model, { ...recipe, from: end }));
      expect(again[0]!.step).to.equal(end.step);
      expect(again.at(-1)!.step).to.equal(40);
      expect(again.at(-1)!.trace.subarray(0, end.step)).to.deep.equal(end.trace);
    });
  });

  it('can be aborted', async () => {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      const recipe = { objective: channel('second', 1), parametrisation: start, signal: controller.signal };
      for await (const { step } of synthesize(model, recipe)) if (step > 0) controller.abort();
    };
    expect((await rejection(DOMException, run)).name).to.equal('AbortError');
  });

  it('says what does not fit', async () => {
    const objective = channel('second', 1);
    const cases: readonly (readonly [string, Partial<SynthesisOptions>])[] = [
      ['"first"', { objective: channel('fist', 1) }],
      ['0 to 3', { objective: channel('first', 4) }],
      [`0 to ${TINY_CLASSES - 1}`, { objective: classScore(5) }],
      ['0 to 14', { objective: neuron('first', 0, [3, 15]) }],
      ['steps', { steps: 0 }],
      ['only pixels', { parametrisation: fourier(), constraints: [bounds()] }],
      ['no gradient flows', { objective: layerNorm('first'), parametrisation: { ...start, image: grey } }],
    ];
    for (const [message, options] of cases) {
      await expectRejection(ArgumentError, message, () => all(synthesize(model, { objective, ...options })));
    }
    await expectRejection(ShapeError, 'does not take images of 1×3×4×4', () => last({ objective, size: [4, 4] }));
    const small = { input: float32([1, 3, 8, 8], new Float32Array(192)) };
    await expectRejection(ArgumentError, 'smaller than what a unit sees', () => gramsOf(model, small, ['second']));
    const code = await codeOf(model, small, 'first');
    await expectRejection(ShapeError, 'another shape', () => last({ objective: content('first', code) }));
  });

  it('grows features of any objective', async () => {
    const options = { preset: 'simonyan', steps: 3 } as const;
    const { trace, image } = (await all(featureVisualisation(model, channel('second', 2), options))).at(-1)!;
    expect(trace.at(-1)).to.be.above(trace[0]!);
    expect(image.shape).to.deep.equal([1, 3, 32, 32]);
  });

  it('inverts codes: the distance falls', async () => {
    const { trace } = (await all(invert(model, sample, { layer: 'second', steps: 30, optimiser: adam(5) }))).at(-1)!;
    expect(trace.at(-1)).to.be.above(trace[0]! / 2);
  });

  it('inverts codes without growing beyond all bounds, however smooth images are to be', async () => {
    const { trace } = (await all(invert(model, sample, { layer: 'second', smoothness: 400, steps: 60 }))).at(-1)!;
    expect(trace.at(-1)).to.be.above(trace[0]! / 2);
  });

  it('inverts with smaller steps where the published ones diverge, and says so', async () => {
    const snapshots = await all(invert(model, sample, { layer: 'second', steps: 40 }));
    const { trace, step, notes } = snapshots.at(-1)!;
    expect(step).to.equal(40);
    expect(trace.at(-1)).to.be.above(trace[0]! / 4);
    expect(notes.join()).to.match(/the rate is 1\/(4|16|64|256) of the usual/);
    expect(snapshots.filter((snapshot) => snapshot.step === 0)).to.have.length.above(1);
    const options = { layer: 'second', steps: 40, optimiser: sgd(1e12) };
    await expectRejection(DivergedError, 'no number any more', () => all(invert(model, sample, options)));
  });

  it('keeps the last good image of an inversion that is stopped before it diverges', async () => {
    const code = await codeOf(model, sample, 'second');
    const distance = async (image: Tensor): Promise<number> =>
      relativeError((await codeOf(model, { input: image }, 'second')).data, code.data);
    let noise: number | undefined;
    // The published rate is too large for this network: it starts again after some steps, wherever it is stopped
    for (const steps of [1, 2, 3, 4, 6, 9]) {
      const snapshots = await all(invert(model, sample, { layer: 'second', steps, pace: 0 }));
      expect(snapshots.at(-1)!.step).to.equal(steps);
      expect(snapshots.at(-1)!.steps).to.equal(steps);
      for (const { image, step } of snapshots) {
        const found = await distance(image);
        noise ??= found;
        // No further with the penalties; the code alone may give way to smoothness
        expect(found, `step ${step} of ${steps}`).to.be.at.most(2 * noise);
        expect(Math.max(...image.data.map(Math.abs)), `step ${step} of ${steps}`).to.be.below(4);
      }
    }
  });

  it('dreams in octaves, and zooms', async () => {
    const options = { layer: 'first', octaves: 2, scale: 1.3, steps: 2, jitter: 2, frames: 2 };
    const dreams: Dream[] = await all(deepDream(model, sample, options));
    const sizes = [...new Set(dreams.map(({ frame, octave, image }) => `${frame} ${octave} ${image.shape[2]!}`))];
    expect(sizes).to.deep.equal(['0 0 25', '0 1 32', '1 0 25', '1 1 32']);
    const { trace, image } = dreams.at(-1)!;
    expect(trace[1]).to.be.above(trace[0]!);
    expect(Math.max(...image.data)).to.be.at.most(1 + 1e-6);
    await expectRejection(ArgumentError, 'nothing to dream of', () => all(deepDream(model, sample, {})));
    await expectRejection(ArgumentError, /frames makes no sense.*got 0/, () =>
      all(deepDream(model, sample, { ...options, frames: 0 })),
    );
    const tiny = { ...options, octaves: 12 };
    await expectRejection(ShapeError, 'octave 1 of 12 does not fit', () => all(deepDream(model, sample, tiny)));
  });

  it('paints in a style', async () => {
    const random = new Random(2);
    const painting = { ...sample, input: random.tensor([1, 3, 40, 40], () => random.next()) };
    const options = { styleLayers: ['first'], contentLayer: 'second', styleWeight: 100, steps: 12 };
    const { trace, terms } = (await all(styleTransfer(model, sample, painting, options))).at(-1)!;
    expect(trace.at(-1)).to.be.above(trace[0]!);
    expect(terms.map(({ says }) => says)).to.have.length(3);
  });

  it('weighs styles as shares of themselves: the same weights for a network of another scale', async () => {
    const scaled = await loadModel(new Blob([tinyNet(3, 10)]), { backend, preprocessing: TINY_INPUT });
    const painting = { ...sample, input: new Random(2).tensor([1, 3, 32, 32], () => 0.5) };
    const options = { styleLayers: ['first', 'active'], contentLayer: 'active', steps: 4 };
    try {
      const [one, other] = await Promise.all(
        [model, scaled].map(async (net) => (await all(styleTransfer(net, sample, painting, options))).at(-1)!),
      );
      for (const [i, { value }] of one!.terms.entries())
        expect(other!.terms[i]!.value).to.be.closeTo(value, 1e-3 * value);
    } finally {
      scaled.dispose();
    }
  });

  it('takes style and content from layers that suit the network, and weights that change', async () => {
    expect(styleLayersOf(model)).to.deep.equal({ content: 'active', style: ['active'] });
    expect(() => styleLayersOf({ name: 'flat', layers: [] })).to.throw(ArgumentError, 'no maps');
    const painting = { ...sample, input: new Random(2).tensor([1, 3, 32, 32], () => 0.5) };
    let asked = 0;
    const weights = (): StyleWeights => ({ styleWeight: asked++ < 3 ? 10 : 0, smoothness: 0.5 });
    const [, first, ...more] = await all(styleTransfer(model, sample, painting, { steps: 8, pace: 0, weights }));
    const { trace, terms } = more.at(-1)!;
    expect(first!.trace[0]).to.be.closeTo(
      -10 * first!.terms[1]!.value - (0.5 / 255 ** 2) * first!.terms[2]!.value,
      1e-4,
    );
    const without = terms[0]!.value + (0.5 / 255 ** 2) * terms[2]!.value;
    expect(trace.at(-1)).to.be.closeTo(-without, 1e-5);
  });

  it('fools the network, within bounds', async () => {
    const label = (await classify(model, sample))[0]!.id;
    const target = (label + 1) % TINY_CLASSES;
    for (const method of ['fgsm', 'iterative', 'pgd'] as const) {
      const result = await adversarial(model, sample, { method, target, epsilon: 6 });
      expect(result.after.probability(target), method).to.be.above(result.before.probability(target));
      expect(Math.max(...result.change.data.map(Math.abs))).to.be.at.most(6 + 1e-4);
      expect(Math.min(...result.image.data)).to.be.at.least(0);
      expect(result.label).to.equal(label);
    }
    const away = await adversarial(model, sample, { method: 'pgd', epsilon: 6 });
    expect(away.after.probability(label)).to.be.below(away.before.probability(label));
    await expectRejection(ArgumentError, 'of the target already', () => adversarial(model, sample, { target: label }));
    await expectRejection(ArgumentError, 'above 0', () => adversarial(model, sample, { epsilon: 0 }));
  });

  it('finds how little is enough', async () => {
    const second = (await classify(model, sample))[1]!.id;
    const options = { method: 'iterative', target: second, most: 128 } as const;
    const { epsilon, result, tried } = await smallestEpsilon(model, sample, options);
    expect(epsilon).to.be.a('number');
    expect(result.fooled).to.equal(true);
    expect(result.epsilon).to.equal(epsilon);
    for (const attempt of tried) expect(attempt.fooled, String(attempt.epsilon)).to.equal(attempt.epsilon >= epsilon!);
    await expectRejection(ArgumentError, /most makes no sense.*1 to 255; got 0/, () =>
      smallestEpsilon(model, sample, { most: 0 }),
    );
  });

  it('finds one noise for several pictures', async () => {
    const random = new Random(4);
    const samples = Array.from({ length: 3 }, () => {
      const crop = pictureFromRgb(
        Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next())),
        32,
        32,
      );
      return { ...sample, crop, input: toInput(crop, TINY_INPUT) };
    });
    const { change, trace, fooled } = await universalNoise(model, samples, { epsilon: 10, target: 1, steps: 8 });
    expect(change.shape).to.deep.equal([1, 3, 32, 32]);
    expect(Math.max(...change.data.map(Math.abs))).to.be.at.most(10 + 1e-4);
    expect(trace.at(-1)).to.be.above(trace[0]!);
    expect(fooled).to.have.length(3);
  });
});

/** An image that does not depend on its parameters. */
function grey(builder: Parameters<ReturnType<typeof pixels>['image']>[0]): string {
  return builder.add('mul', [builder.input('grey', 'float32', [1, 3, 32, 32]), builder.scalar(1)]);
}
