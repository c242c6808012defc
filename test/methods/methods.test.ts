import { expect } from 'chai';
import '../support/ops.ts';
import type { Backend } from '../../src/engine/backend.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import { Model, type Sample } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { ArgumentError, ShapeError, UseAfterDisposeError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { classify } from '../../src/methods/classify.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import { occludedPicture, occlusion, type Occlusion, type OcclusionOptions } from '../../src/methods/occlusion.ts';
import { forward } from '../../src/methods/parts/forward.ts';
import { coarseToFine, patchGrid } from '../../src/methods/parts/patch.ts';
import type { UnitTarget } from '../../src/methods/parts/target.ts';
import { reduceChannels, saliency } from '../../src/methods/attribution/saliency.ts';
import { attributionMethods } from '../../src/methods/attribution/table.ts';
import { blankPicture, pictureFromRgb } from '../../src/models/picture.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { float32, tensor } from '../../src/tensor/tensor.ts';
import { rejection } from '../rejection.ts';
import { NETS } from '../support/nets.ts';
import { dot, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_CLASSES, TINY_INPUT, tinyNet } from '../support/tiny.ts';

describe('methods', () => {
  let backend: Backend;
  let model: Model;
  let sample: Sample;
  before(async () => {
    backend = await openBackend();
    model = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    const random = new Random(11);
    const crop = pictureFromRgb(
      Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next())),
      32,
      32,
    );
    sample = { crop, placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input: toInput(crop, TINY_INPUT) };
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  it('gives the same predictions and maps on the float64 backend', async () => {
    const exact = await loadModel(new Blob([tinyNet()]), {
      backend: createReferenceBackend(),
      preprocessing: TINY_INPUT,
    });
    const [ours, reference] = await Promise.all([classify(model, sample), classify(exact, sample)]);
    expect(ours.map(({ id }) => id)).to.deep.equal(reference.map(({ id }) => id));
    expect(ours.reduce((sum, { probability }) => sum + probability!, 0)).to.be.closeTo(1, 1e-12);
    for (const [name, method] of Object.entries(attributionMethods)) {
      const [map, expected] = await Promise.all([method.run(model, sample), method.run(exact, sample)]);
      expect(map.method).to.equal(name);
      expect(relativeError(map.map.data, expected.map.data), name).to.be.below(1e-5);
    }
  });

  it('predicts how the score of a class and the activation of a unit change', async () => {
    // In float64, where the step is too small to meet a kink.
    const step = 1e-5;
    const direction = new Random(12).tensor(sample.input.shape);
    const unit: UnitTarget = { layer: 'second', channel: 2, at: [1, 3] };
    for (const target of [3, unit]) {
      const { map, goal } = await gradient(model, sample, { target });
      const at = (sign: number): number => {
        const moved = Array.from(sample.input.data, (v, i) => v + sign * step * direction.data[i]!);
        const feeds = { [model.input.name]: tensor('float64', sample.input.shape, moved) };
        return evaluate(model.graph, feeds, [goal.tensor])[goal.tensor]!.data[goal.unit!]!;
      };
      const slope = (at(1) - at(-1)) / (2 * step);
      expect(dot(map.data, direction.data)).to.be.closeTo(slope, 1e-5 * Math.abs(slope));
    }
  });

  it('reduces channels as published, or otherwise', async () => {
    const map = float32([3, 1, 2], [1, -2, -3, 0, 2, 2]);
    expect([...reduceChannels(map, 'max').data]).to.deep.equal([3, 2]);
    expect([...reduceChannels(map, 'sum').data]).to.deep.equal([6, 4]);
    expect(reduceChannels(map, 'l2').data[1]).to.be.closeTo(Math.sqrt(8), 1e-6);
    const full = await gradient(model, sample);
    const reduced = await saliency(model, sample, { reduction: 'sum' });
    expect(reduced.map).to.deep.equal(reduceChannels(full.map, 'sum'));
  });

  it('says what there is when a target does not exist, and works afterwards', async () => {
    const message = async (run: () => Promise<unknown>): Promise<string> =>
      (await rejection(ArgumentError, run)).message;
    expect(await message(() => gradient(model, sample, { target: 7 }))).to.contain(`0 to ${TINY_CLASSES - 1}`);
    expect(await message(() => gradient(model, sample, { target: { layer: 'fist' } }))).to.contain('"first"');
    expect(await message(() => gradient(model, sample, { target: { layer: 'first', channel: 4 } }))).to.contain(
      '0 to 3',
    );
    const off: UnitTarget = { layer: 'second', channel: 0, at: [0, 99] };
    expect(await message(() => gradient(model, sample, { target: off }))).to.contain('[0, 99]');
    expect((await gradient(model, sample)).map.shape).to.deep.equal([3, 32, 32]);
  });

  it('starts from the activation where asked', async () => {
    const target: UnitTarget = { layer: 'second', channel: 1, at: 'all' };
    const one = await gradient(model, sample, { target: { ...target, at: 'max' } });
    const scaled = await gradient(model, sample, { target: { ...target, at: 'max' }, start: 'activation' });
    const expected = one.map.data.map((g) => g * one.goal.score);
    expect(relativeError(scaled.map.data, expected)).to.be.below(1e-5);
    expect((await gradient(model, sample, { target })).goal.unit).to.equal(undefined);
  });

  async function finish(options: OcclusionOptions): Promise<Occlusion[]> {
    const snapshots: Occlusion[] = [];
    for await (const snapshot of occlusion(model, sample, options)) snapshots.push(snapshot);
    return snapshots;
  }

  for (const fill of ['gray', 'mean', 'blur', [10, 200, 30]] as const) {
    it(`occludes with ${String(fill)} as if each picture were run on its own`, async () => {
      for (const placement of ['inside', 'overhang'] as const) {
        const snapshots = await finish({ size: 10, stride: 7, fill, placement, batch: 4 });
        const { grid, logits, known, patch, probability, activation, topClass, feature } = snapshots.at(-1)!;
        expect(known.every((value) => value === 1)).to.equal(true);
        for (let cell = 0; cell < known.length; cell++) {
          const [row, col] = [Math.floor(cell / grid.cols), cell % grid.cols];
          // Pictures round to 8 bits, which the mean colour 0 and whole colours survive.
          const crop = occludedPicture(model, sample, patch, row, col);
          const alone = { ...sample, crop, input: toInput(crop, TINY_INPUT) };
          const [scores, map] = await forward(model, alone, [model.logits, model.resolve(feature.layer).name]);
          const own = logits.subarray(cell * TINY_CLASSES, (cell + 1) * TINY_CLASSES);
          expect(relativeError(own, scores!.data), `cell ${cell}`).to.be.below(1e-5);
          const plane = map!.data.length / map!.shape[1]!;
          const ofFeature = map!.data.subarray(feature.channel * plane, (feature.channel + 1) * plane);
          const sum = dot(ofFeature, new Float32Array(plane).fill(1));
          expect(activation[cell]).to.be.closeTo(sum, 1e-4 * Math.abs(sum) + 1e-4);
          expect(topClass[cell]).to.equal([...own].indexOf(Math.max(...own)));
          expect(probability[cell]).to.be.within(0, 1);
        }
      }
    });
  }

  it('gives the same maps with a whole pass for every position, and says which way it went', async () => {
    for (const placement of ['inside', 'overhang'] as const) {
      const options = { size: 6, stride: 5, placement, batch: 3 };
      const [windows, whole] = [
        (await finish(options)).at(-1)!,
        (await finish({ ...options, exhaustive: true })).at(-1)!,
      ];
      expect(relativeError(windows.logits, whole.logits)).to.be.below(1e-5);
      expect(relativeError(windows.activation, whole.activation)).to.be.below(1e-5);
      expect(windows.topClass).to.deep.equal(whole.topClass);
      expect([windows.exhaustive, whole.exhaustive]).to.deep.equal([false, true]);
      expect(windows.speedup!.bound).to.be.above(1);
      expect(windows.speedup!.reached).to.be.above(0);
      expect(whole.speedup).to.equal(undefined);
    }
    // A patch as large as the picture leaves nothing as it was.
    expect((await finish({ size: 32, stride: 32 })).at(-1)!.exhaustive).to.equal(true);
  });

  it('runs fully connected layers for several batches at once, with the same result', async () => {
    const graph = NETS.alexnet({ divisor: 16, side: 80, classes: 6 });
    const preprocessing = { ...TINY_INPUT, height: 80, width: 80 };
    const alexnet = new Model({ name: 'AlexNet', graph, backend, preprocessing });
    const crop = blankPicture(80, 80);
    const own = { ...sample, crop, input: new Random(13).tensor([1, 3, 80, 80]) };
    const maps = async (exhaustive: boolean): Promise<Occlusion> => {
      let last: Occlusion | undefined;
      for await (const snapshot of occlusion(alexnet, own, { size: 11, stride: 13, batch: 2, exhaustive }))
        last = snapshot;
      return last!;
    };
    const [windows, whole] = [await maps(false), await maps(true)];
    alexnet.dispose();
    expect([windows.exhaustive, windows.done]).to.deep.equal([false, 36]);
    expect(windows.known).to.deep.equal(whole.known);
    expect(relativeError(windows.logits, whole.logits)).to.be.below(1e-5);
    expect(relativeError(windows.activation, whole.activation)).to.be.below(1e-5);
  });

  it('fills from coarse to fine, each cell once', () => {
    for (const [rows, cols] of [
      [25, 25],
      [7, 13],
      [1, 1],
      [2, 9],
    ] as const) {
      const order = coarseToFine(rows, cols);
      const visited = new Set(order.map(({ row, col }) => row * cols + col));
      expect(visited.size).to.equal(rows * cols);
      expect(order.length).to.equal(rows * cols);
      const blocks = order.map(({ block }) => block);
      expect(blocks).to.deep.equal([...blocks].sort((a, b) => b - a));
    }
    expect(patchGrid(224, 224, { size: 32, stride: 8, placement: 'inside' })).to.include({
      rows: 25,
      cols: 25,
      start: 0,
    });
    expect(patchGrid(224, 224, { size: 32, stride: 8, placement: 'overhang' })).to.include({ rows: 29, start: -16 });
  });

  it('refuses patches, layers and classes that make no sense', async () => {
    for (const options of [
      { size: 33 },
      { size: 0 },
      { stride: 0 },
      { layer: 'flat' },
      { layer: 'none' },
      { target: 9 },
    ]) {
      await rejection(ArgumentError, () => finish(options));
    }
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const run = async (): Promise<void> => {
      for await (const { done } of occlusion(model, sample, { size: 8, stride: 2, batch: 2, signal: abort.signal })) {
        expect(done).to.be.below(7);
        if (done >= 4) abort.abort();
      }
    };
    await finish({ size: 8, stride: 8 });
    const { buffers } = backend.counters;
    expect((await rejection(DOMException, run)).name).to.equal('AbortError');
    await finish({ size: 8, stride: 8 });
    expect(backend.counters.buffers, 'what windows need is freed').to.equal(buffers);
  });

  it('works on many layers at once, and keeps no more executables ready than a few', async () => {
    let open = 0;
    const counting: Backend = {
      adapter: backend.adapter,
      counters: backend.counters,
      dispose: () => undefined,
      compile: async (graph) => {
        const executable = await backend.compile(graph);
        open++;
        const dispose = (): void => {
          open--;
          executable.dispose();
        };
        return {
          graph,
          run: (inputs, options) => executable.run(inputs, options),
          tierUp: () => executable.tierUp(),
          dispose,
        };
      },
    };
    const own = await loadModel(new Blob([tinyNet()]), { backend: counting, preprocessing: TINY_INPUT });
    const targets = ['first', 'active', 'pooled', 'second'].map((layer): UnitTarget => ({ layer }));
    const methods = Object.values(attributionMethods);
    await Promise.all(targets.flatMap((target) => methods.map(({ run }) => run(own, sample, { target }))));
    await Promise.resolve();
    expect(open).to.equal(6);
    own.dispose();
    await rejection(UseAfterDisposeError, () => classify(own, sample));
    expect(open).to.equal(0);
  });

  it('refuses a network that takes no picture', async () => {
    const wrong = { ...TINY_INPUT, channels: 'gray', mean: [0], std: [1] } as const;
    await rejection(ShapeError, () => loadModel(new Blob([tinyNet()]), { backend, preprocessing: wrong }));
  });
});
