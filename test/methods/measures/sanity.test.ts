import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model } from '../../../src/engine/model.ts';
import { gradient } from '../../../src/methods/attribution/gradient.ts';
import { guidedBackprop } from '../../../src/methods/attribution/guided-backprop.ts';
import { perPlace } from '../../../src/methods/measures/alike.ts';
import { randomised, uniformWeights, weightedLayers, withLinearScores } from '../../../src/methods/measures/derived.ts';
import { focus, focusOf, mosaicOf, costOfFocus, type Cells } from '../../../src/methods/measures/focus.ts';
import type { Explain } from '../../../src/methods/measures/measure.ts';
import { costOfRandomLogit, randomLogit } from '../../../src/methods/measures/random-logit.ts';
import { costOfRandomisation, randomisation } from '../../../src/methods/measures/randomisation.ts';
import { forward } from '../../../src/methods/parts/forward.ts';
import { blankPicture, type Picture } from '../../../src/models/picture.ts';
import { uniformAt } from '../../../src/methods/attribution/parts/noise.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { openBackend } from '../../support/backends.ts';
import { counting, deepModel, modelOf, sampleOf, SIDE } from './subject.ts';

/** A map that knows nothing of the network. */
const blind: Explain = (_, { input: { data } }) =>
  Promise.resolve({ map: float32([3, SIDE, SIDE], Float32Array.from(data)) });

describe('methods/measures, sanity checks', () => {
  let backend: Backend;
  let model: Model;
  const sample = sampleOf();
  before(async () => {
    backend = await openBackend();
    model = deepModel(backend);
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  it('gives the same map where no layer is drawn', async () => {
    const same = randomised(model, []);
    const [a, b] = await Promise.all([model, same].map((each) => gradient(each, sample, { target: 1 })));
    expect(a!.map.data).to.deep.equal(b!.map.data);
    const other = randomised(model, weightedLayers(model).slice(-1));
    expect((await gradient(other, sample, { target: 1 })).map.data).not.to.deep.equal(a!.map.data);
    same.dispose();
    other.dispose();
  });

  it('draws each layer from a stream of its own', () => {
    const [first, second] = weightedLayers(model) as unknown as [{ node: string }, { node: string }];
    const drawn = randomised(model, weightedLayers(model)).graph;
    const constantOf = (name: string, input: number): ArrayLike<number> =>
      drawn.constants.get(drawn.nodes.find((node) => node.name === name)!.inputs[input]!)!.data;
    expect(constantOf(first.node, 1)[5]).to.equal(Math.fround((2 * uniformAt(6000, 5) - 1) / Math.sqrt(27)));
    expect(constantOf(second.node, 1)[5]).to.equal(Math.fround((2 * uniformAt(6001, 5) - 1) / Math.sqrt(54)));
    expect(constantOf(second.node, 2)[3]).to.equal(Math.fround((2 * uniformAt(6101, 3) - 1) / Math.sqrt(54)));
    const node = drawn.nodes[0]!;
    const of = (layer: number, part: 'weights' | 'bias', seed: number): number =>
      uniformWeights(seed)({ node, layer, part, shape: [1], fanIn: 1 }).data[0]!;
    const all = [0, 1, 99, 100, 200].flatMap((layer) => [of(layer, 'weights', 0), of(layer, 'bias', 0)]);
    expect(new Set([...all, of(0, 'weights', 1)]).size).to.equal(11);
    const draw = uniformWeights(0);
    const [once, again] = [0, 1].map(() => randomised(model, weightedLayers(model), draw).graph.constants);
    const drawnNames = [...once!.keys()].filter((name) => name.includes('/drawn'));
    expect(drawnNames.length).to.equal(4);
    for (const name of drawnNames) expect(once!.get(name)).to.equal(again!.get(name));
  });

  it('sees the score before the last ReLU, of every class', async () => {
    const linear = withLinearScores(model);
    const [scores] = await forward(linear, sample, [linear.logits]);
    const [given] = await forward(model, sample, [model.logits]);
    expect(scores!.data.some((score) => score < 0)).to.equal(true);
    expect(given!.data.every((score) => score >= 0)).to.equal(true);
    linear.dispose();
  });

  it('finds that a map that knows nothing of the network does not change', async () => {
    const { value, rows, curve } = await randomisation(model, sample, blind, { target: 0 });
    expect(rows.map(({ layer }) => layer)).to.deep.equal(
      weightedLayers(model)
        .map(({ name }) => name)
        .reverse(),
    );
    for (const row of rows) {
      expect(row.spearman).to.be.closeTo(1, 1e-12);
      expect(row.ssim).to.be.closeTo(1, 1e-12);
    }
    expect(value).to.be.closeTo(1, 1e-12);
    expect(curve!.x).to.deep.equal([1, 2]);
    const others = await randomLogit(model, sample, blind, { target: 0 });
    expect(others.value).to.be.closeTo(1, 1e-12);
  });

  it('finds that a gradient does', async () => {
    const cascading = await randomisation(model, sample, gradient, { target: 0 });
    expect(cascading.value).to.be.below(0.9);
    const independent = await randomisation(model, sample, gradient, { target: 0, order: 'independent' });
    // The first step is the same, the second is not
    expect(independent.rows[0]).to.deep.equal(cascading.rows[0]);
    expect(independent.rows[1]!.spearman).not.to.equal(cascading.rows[1]!.spearman);
    const others = await randomisation(model, sample, gradient, { target: 0, seed: 1, layers: 1 });
    expect(others.rows.length).to.equal(1);
    expect(others.rows[0]!.spearman).not.to.equal(cascading.rows[0]!.spearman);
  });

  it('compares with the best other class, and with some at random', async () => {
    const { rows, value } = await randomLogit(model, sample, gradient, { target: 0, classes: 6 });
    const [scores] = await forward(model, sample, [model.logits]);
    const best = [1, 2, 3, 4].sort((a, b) => scores!.data[b]! - scores!.data[a]!)[0];
    expect(rows[0]!.classId).to.equal(best);
    expect(rows.every(({ classId }) => classId !== 0 && classId >= 0 && classId < 5)).to.equal(true);
    expect(new Set(rows.slice(1).map(({ classId }) => classId)).size).to.be.above(1);
    expect(value).to.be.below(0.95);
    const same = rows.filter(({ classId }) => classId === best);
    expect(new Set(same.map((row) => row.spearman)).size).to.equal(1);
  });

  it('says nothing of maps that are zero', async () => {
    const none: Explain = () => Promise.resolve({ map: float32([SIDE, SIDE], new Float32Array(SIDE * SIDE)) });
    const { value, rows } = await randomisation(model, sample, none, { target: 0 });
    expect(value).to.be.NaN;
    expect(rows.every(({ spearman, ssim }) => Number.isNaN(spearman) && Number.isNaN(ssim))).to.equal(true);
  });

  it('takes the largest magnitude of a pixel', () => {
    const map = perPlace(float32([2, 1, 2], [1, -5, -3, 2]));
    expect([...map.data]).to.deep.equal([3, 5]);
    expect(map.shape).to.deep.equal([1, 2]);
  });

  it('costs what it says', async () => {
    for (const [measure, cost] of [
      [(each: Model) => randomisation(each, sample, guidedBackprop), costOfRandomisation(model)],
      [(each: Model) => randomLogit(each, sample, guidedBackprop), costOfRandomLogit()],
    ] as const) {
      const { backend: counted, counted: count } = counting(backend);
      const own = deepModel(counted);
      expect((await measure(own)).cost).to.deep.equal(cost);
      expect(count()).to.deep.equal(cost);
      own.dispose();
    }
  });

  it('works on networks that say yes or no', async () => {
    const yes = modelOf(
      backend,
      (layers, image) => layers.full(layers.flat(layers.convRelu(image, 4, 3)), 1),
      'yes-or-no',
    );
    const { value } = await randomisation(yes, sample, gradient);
    expect(value).to.be.within(-1, 1);
    expect((await randomLogit(yes, sample, gradient, { classes: 0 })).value).to.be.closeTo(1, 1e-6);
    yes.dispose();
  });
});

describe('methods/measures, focus', () => {
  // Not the same where rows and columns are mistaken for each other
  const CELLS: Cells = [true, true, false, false];
  const onCells = (cells: Cells, side: number): Float32Array =>
    Float32Array.from({ length: side * side }, (_, i) => {
      const [y, x] = [Math.floor(i / side), i % side];
      return cells[2 * Number(y >= side / 2) + Number(x >= side / 2)] ? 1 + i : 0;
    });

  it('is 1 on the cells of the class, 0 on the others, and a half of a map that knows nothing', () => {
    const inside = float32([8, 8], onCells(CELLS, 8));
    expect(focusOf(inside, CELLS, [8, 8])).to.equal(1);
    expect(focusOf(inside, [false, false, true, true], [8, 8])).to.equal(0);
    expect(focusOf(float32([8, 8], new Float32Array(64).fill(2)), CELLS, [8, 8])).to.equal(0.5);
    expect(focusOf(float32([8, 8], new Float32Array(64)), CELLS, [8, 8])).to.equal(0);
  });

  it('adds up channels before it takes what is positive', () => {
    const both = new Float32Array(128);
    both.set(onCells(CELLS, 8));
    // The second channel takes away more than is there in one place, and adds elsewhere
    both[64 + 4] = -100;
    both[127] = 7;
    const map = float32([2, 8, 8], both);
    const all = onCells(CELLS, 8).reduce((sum, value) => sum + value, 0) - 5;
    expect(focusOf(map, CELLS, [8, 8])).to.be.closeTo(all / (all + 7), 1e-6);
  });

  it('enlarges small maps', () => {
    // Bilinear: at the size of the mosaic some of it lies beyond the border of the cell
    const value = focusOf(float32([4, 4], onCells(CELLS, 4)), CELLS, [8, 8]);
    expect(value).to.be.above(0.8).and.below(1);
  });

  it('lays four photos out, row by row', async () => {
    const plain = (r: number): Picture => {
      const picture = blankPicture(20, 10);
      picture.data.forEach((_, i) => (picture.data[i] = i % 4 === 3 ? 255 : r));
      return picture;
    };
    const preprocessing = {
      channels: 'RGB',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      height: 9,
      width: 12,
      resize: 9,
    } as const;
    const { crop, input } = await mosaicOf({ preprocessing }, [10, 20, 30, 40].map(plain));
    expect([crop.width, crop.height]).to.deep.equal([12, 9]);
    const at = (y: number, x: number): number => crop.data[(y * 12 + x) * 4]!;
    expect([at(0, 0), at(3, 5), at(0, 6), at(3, 11), at(4, 0), at(8, 5), at(4, 6), at(8, 11)]).to.deep.equal([
      10, 10, 20, 20, 30, 30, 40, 40,
    ]);
    expect(input.data[4 * 12 + 6]).to.equal(40);
  });

  it('is the mean over mosaics, and streams', async () => {
    const backend = await openBackend();
    const model = deepModel(backend);
    const mosaics = [0, 1].map((target) => ({ sample: sampleOf(target), target, cells: CELLS }));
    const done: number[] = [];
    const targets: number[] = [];
    const { value, each, cost } = await focus(
      model,
      mosaics,
      (_model, _sample, { target }) => {
        targets.push(target);
        const cells: Cells = target === 0 ? CELLS : [true, true, true, true];
        return Promise.resolve({ map: float32([SIDE, SIDE], onCells(cells, SIDE).map(Math.sign)) });
      },
      { onProgress: (progress) => done.push(progress.done) },
    );
    expect(each).to.deep.equal([1, 0.5]);
    expect(value).to.equal(0.75);
    expect(targets).to.deep.equal([0, 1]);
    expect(done).to.deep.equal([0.5, 1]);
    expect(cost).to.deep.equal(costOfFocus(2));
    model.dispose();
    backend.dispose();
  });
});
