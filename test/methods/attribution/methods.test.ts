import { expect } from 'chai';
import '../../support/ops.ts';
import { cam, explanationMethods, gradCam, integratedGradients, rise, smoothGrad } from '../../../src/attribution.ts';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model, Sample } from '../../../src/engine/model.ts';
import { createReferenceBackend } from '../../../src/engine/reference.ts';
import { ArgumentError } from '../../../src/errors.ts';
import { attributionMethods, type AttributionMethodName } from '../../../src/methods/attribution/table.ts';
import { forward } from '../../../src/methods/parts/forward.ts';
import { softmax } from '../../../src/methods/parts/scores.ts';
import { rejection } from '../../rejection.ts';
import { ABSURD_VALUES, expectWords, nameOf } from '../../support/absurd.ts';
import { openBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/numbers.ts';
import { constantGraph, lastMaps, linearHeadGraph, meanOfMasks, modelOf, sampleOf, SIDE } from './support.ts';

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
      expect(done.at(-1)).to.equal(1);
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

  /** Options with which each method works, besides those that all take. */
  const OPTIONS: Partial<Record<keyof typeof explanationMethods, Readonly<Record<string, unknown>>>> = {
    'grad-cam': { layer: undefined, signed: true },
    'ablation-cam': { layer: undefined },
    smoothgrad: { of: 'gradient', samples: 2, noise: 0.1, seed: 1 },
    'integrated-gradients': { baseline: 'black', steps: 2, seed: 1 },
    'expected-gradients': { baselines: ['black'], samples: 2, seed: 1 },
    deeplift: { baseline: 'noise', seed: 1 },
    rise: { masks: 2, cells: 3, seen: 0.5, seed: 1 },
  };
  for (const [name, own] of Object.entries(OPTIONS)) {
    it(`${name} says in words what is wrong with an absurd value`, async function () {
      this.timeout(120_000);
      const { run } = explanationMethods[name as keyof typeof explanationMethods];
      const options = { target: 1, ...own };
      await run(model, sample, options);
      for (const key of Object.keys(options)) {
        for (const value of ABSURD_VALUES) {
          // A function may be a method
          if (typeof value === 'function') continue;
          const where = `${key} = ${nameOf(value)}`;
          const given = { ...options, [key]: value } as object;
          await run(model, sample, given).catch((error: unknown) => {
            expectWords(error, where);
          });
        }
      }
    });
  }

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
