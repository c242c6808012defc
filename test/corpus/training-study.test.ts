import { expect } from 'chai';
import { observe } from '../../src/corpus/observe.ts';
import { reconstruct } from '../../src/corpus/reconstruct.ts';
import { stimuliOfExamples, type Stimulus } from '../../src/corpus/stimuli.ts';
import { settledFrom, TrainingStudy } from '../../src/corpus/training-study.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Backend } from '../../src/engine/backend.ts';
import type { Model } from '../../src/engine/model.ts';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { forward } from '../../src/methods/parts/forward.ts';
import { parsePreprocessing } from '../../src/models/manifest.ts';
import { packCheckpoints, readCheckpoints, type Checkpoint, type Recording } from '../../src/onnx/checkpoints.ts';
import { openBackend } from '../support/backends.ts';
import { ABOUT_STRIPES, recordStripes, stripes, STRIPES } from '../support/recordings.ts';
import { expectRejection, rejection } from '../rejection.ts';

describe('the study of a training', () => {
  let backend: Backend;
  let checkpoints: Checkpoint[];
  let recording: Recording;
  const preprocessing = parsePreprocessing(ABOUT_STRIPES.preprocessing);
  const pictures = (model: Model): Promise<readonly Stimulus[]> =>
    stimuliOfExamples(stripes(45, 9), model, { classes: STRIPES, count: 30 });
  const study = (layers?: readonly string[]): TrainingStudy =>
    new TrainingStudy(recording, { backend, preprocessing, pictures, layers, samples: 600 });
  before(async () => {
    backend = await openBackend();
    checkpoints = await recordStripes(backend);
    recording = await readCheckpoints(await packCheckpoints(checkpoints));
  });
  after(() => {
    backend.dispose();
  });

  it('finds each layer like itself at the end, and less so before', async () => {
    const found = study();
    for (const index of [0, 1, 2, 3]) await found.visit(index, () => Promise.resolve());
    const names = found.at(0)!.map(({ name }) => name);
    expect(names.length).to.equal(3);
    for (const measure of ['cka', 'svcca', 'cosine'] as const) {
      const along = [0, 1, 2, 3].map((index) => found.at(index)!.map((then) => then[measure]));
      for (const i of names.keys()) {
        expect(along[3]![i], `${names[i]!} ${measure}`).to.be.closeTo(1, 1e-6);
        expect(along[0]![i], `${names[i]!} ${measure}`).to.be.below(0.98);
      }
      const sums = along.map((values) => values.reduce((sum, value) => sum + value, 0));
      expect(sums[2], measure).to.be.above(sums[0]!);
    }
  });

  it('sees what a forward pass of a single picture gives', async () => {
    const found = study();
    await found.visit(1, async (model, layers) => {
      const { tensor, codes, strongest, channels } = layers[1]!;
      const all = await Promise.all(
        found.pictures!.map(async (picture) => (await forward(model, picture, [tensor]))[0]!.data),
      );
      const plane = all[0]!.length / channels;
      for (let c = 0; c < channels; c++) {
        const maxima = all.map((data) => Math.max(...data.slice(c * plane, (c + 1) * plane)));
        const { picture, value, at } = strongest[c]!;
        expect(value).to.be.closeTo(Math.max(...maxima), 1e-5 * Math.abs(value) + 1e-12);
        expect(all[picture]![c * plane + at[0] * Math.sqrt(plane) + at[1]]).to.be.closeTo(
          value,
          1e-5 * Math.abs(value) + 1e-12,
        );
        const mean = [...all[7]!].slice(c * plane, (c + 1) * plane).reduce((a, b) => a + b, 0) / plane;
        expect(codes!.data[7 * channels + c]).to.be.closeTo(mean, 1e-5 * Math.abs(mean) + 1e-7);
      }
    });
  });

  it('samples the same places of maps each time, all different', async () => {
    const model = await loadModel(new Blob([recording.checkpoints[3]!.onnx()]), { backend, preprocessing });
    const some = await pictures(model);
    const name = model.layers.find(({ op }) => op === 'conv2d')!.tensor;
    const [first, again] = [
      await observe(model, some, [name], { samples: 90 }),
      await observe(model, some, [name], { samples: 90 }),
    ];
    expect(first.get(name)!.samples.shape).to.deep.equal([90, 6]);
    expect(first.get(name)!.samples.data).to.deep.equal(again.get(name)!.samples.data);
    const whole = (await observe(model, some, [name], { samples: 1e6 })).get(name)!.samples;
    expect(whole.shape).to.deep.equal([30 * 144, 6]);
    const rows = new Set(Array.from({ length: 144 }, (_, i) => whole.data.slice(6 * i, 6 * i + 6).join()));
    expect(rows.size).to.equal(144);
    model.dispose();
  });

  it('reconstructs what drives a unit where it sees it, and nothing of one that is off', async () => {
    const found = study();
    await found.visit(3, async (model, layers) => {
      const { tensor, strongest } = layers[0]!;
      const on = strongest.find(({ value }) => value > 0)!;
      const { patch, reconstruction } = (await reconstruct(model, tensor, on, found.pictures!))!;
      expect([patch.width, patch.height, reconstruction.width, reconstruction.height]).to.deep.equal([5, 5, 5, 5]);
      expect(new Set(reconstruction.data).size).to.be.above(3);
      expect(await reconstruct(model, tensor, { ...on, value: 0 }, found.pictures!)).to.equal(undefined);
    });
  });

  it('compares weights only where there are no pictures', async () => {
    const bare = new TrainingStudy(recording, { backend, preprocessing });
    await bare.visit(0, () => Promise.resolve());
    const [first] = bare.at(0)!;
    expect(first!.cosine).to.be.within(-1, 0.999);
    expect(first!.cka).to.deep.equal(NaN);
    expect(first!.strongest).to.deep.equal([]);
  });

  it('refuses layers without weights, and pictures of another size', async () => {
    await expectRejection(ArgumentError, 'no layer', () => study(['nothing']).visit(3, () => Promise.resolve()));
    const model = await loadModel(new Blob([recording.checkpoints[0]!.onnx()]), { backend, preprocessing });
    const other = model.layers.find(({ op }) => op.includes('pool'))!.name;
    await expectRejection(ArgumentError, 'no weights to learn', () => study([other]).visit(3, () => Promise.resolve()));
    const wide = { ...stripes(3, 1), shape: [1, 6, 24] };
    await expectRejection(ShapeError, '1×12×12', () => stimuliOfExamples(wide, model, { classes: STRIPES, count: 3 }));
    model.dispose();
  });

  it('stops where nobody wants it any more, and goes on with what it has', async () => {
    const found = study();
    const abort = new AbortController();
    const visit = found.visit(0, () => Promise.resolve(), abort.signal);
    abort.abort();
    expect((await rejection(DOMException, () => visit)).name).to.equal('AbortError');
    await found.visit(0, () => Promise.resolve());
    expect(found.at(0)!.length).to.equal(3);
  });
});

describe('when a layer is as it stays', () => {
  it('is the place after the last one that is too small', () => {
    expect(settledFrom([0.1, 0.96, 0.5, 0.95, 1])).to.equal(3);
    expect(settledFrom([1, 1])).to.equal(0);
    expect(settledFrom([NaN, 0.99, 1])).to.equal(1);
    expect(settledFrom([0.2, 0.5], 0.3)).to.equal(0);
    expect(settledFrom([])).to.equal(undefined);
    expect(settledFrom([1, NaN])).to.equal(undefined);
  });
});
