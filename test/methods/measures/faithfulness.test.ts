import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model } from '../../../src/engine/model.ts';
import { ShapeError } from '../../../src/errors.ts';
import { gradient } from '../../../src/methods/attribution/gradient.ts';
import { completeness, costOfCompleteness } from '../../../src/methods/measures/completeness.ts';
import { costOfDeletion, deletion, insertion } from '../../../src/methods/measures/deletion.ts';
import { rowOfBlur } from '../../../src/methods/measures/fill.ts';
import { costOfInfidelity, infidelity } from '../../../src/methods/measures/infidelity.ts';
import { costOfMaxSensitivity, maxSensitivity } from '../../../src/methods/measures/max-sensitivity.ts';
import type { MeasureProgress } from '../../../src/methods/measures/measure.ts';
import { batchFor } from '../../../src/methods/measures/passes.ts';
import { costOfRoad, road } from '../../../src/methods/measures/road.ts';
import { float32, type Tensor } from '../../../src/tensor/tensor.ts';
import { expectRejection } from '../../rejection.ts';
import { openBackend } from '../../support/backends.ts';
import { Random } from '../../support/random.ts';
import { counting, deepModel, linearModel, PLANE, sampleOf, SIDE, weightsOf } from './subject.ts';

const TARGET = 2;

describe('methods/measures, of a network that adds up', () => {
  let backend: Backend;
  let model: Model;
  const sample = sampleOf();
  /** What each number of the input adds to the score, [3, 12, 12]. */
  let shares: Tensor;
  /** What each pixel adds, [12, 12]. */
  let perfect: Tensor;
  let bias: number;
  before(async () => {
    backend = await openBackend();
    model = linearModel(backend);
    const found = weightsOf(model);
    bias = found.bias[TARGET]!;
    const { data } = sample.input;
    const own = found.weights.subarray(TARGET * data.length, (TARGET + 1) * data.length);
    shares = float32(
      [3, SIDE, SIDE],
      Float32Array.from(data, (value, i) => value * own[i]!),
    );
    perfect = float32(
      [SIDE, SIDE],
      Array.from({ length: PLANE }, (_, i) => [0, 1, 2].reduce((sum, c) => sum + shares.data[c * PLANE + i]!, 0)),
    );
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });
  const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
  const options = { target: TARGET, fill: 'mean', steps: 16 } as const;

  it('deletes what adds most first', async () => {
    const { curve, value, settings, cost } = await deletion(model, sample, perfect, options);
    const descending = [...perfect.data].sort((a, b) => b - a);
    const expected = Array.from({ length: 17 }, (_, k) => bias + sum(descending.slice(k * 9)));
    expect(curve!.y.length).to.equal(17);
    for (const [k, y] of curve!.y.entries()) expect(y).to.be.closeTo(expected[k]!, 1e-4);
    expect(curve!.x).to.deep.equal(expected.map((_, k) => k / 16));
    expect(value).to.be.closeTo((sum(expected) - expected[0]! / 2 - expected[16]! / 2) / 16, 1e-4);
    expect(settings).to.deep.equal({ fill: 'mean', steps: 16, classId: TARGET });
    expect(cost).to.deep.equal({ forward: 17, backward: 0 });
    const chance = await deletion(model, sample, new Random(1).tensor([SIDE, SIDE]), options);
    expect(chance.value).to.be.above(value + 1);
  });

  it('inserts it first', async () => {
    const { curve } = await insertion(model, sample, perfect, options);
    const descending = [...perfect.data].sort((a, b) => b - a);
    for (const [k, y] of curve!.y.entries()) expect(y).to.be.closeTo(bias + sum(descending.slice(0, k * 9)), 1e-4);
  });

  it('takes pixels of a map that says nothing in their order', async () => {
    const { curve } = await deletion(model, sample, float32([SIDE, SIDE], new Float32Array(PLANE)), options);
    for (const [k, y] of curve!.y.entries()) expect(y).to.be.closeTo(bias + sum(perfect.data.slice(k * 9)), 1e-4);
  });

  it('fills in the blurred picture, and says so', async () => {
    const { curve, settings } = await insertion(model, sample, perfect, { target: TARGET, steps: 1 });
    const row = rowOfBlur();
    let blurred = bias;
    for (const [i, share] of weightsOf(model)
      .weights.subarray(TARGET * 3 * PLANE, (TARGET + 1) * 3 * PLANE)
      .entries()) {
      const [c, y, x] = [Math.floor(i / PLANE), Math.floor((i % PLANE) / SIDE), i % SIDE];
      for (const [dy, v] of row.entries()) {
        for (const [dx, u] of row.entries()) {
          const [py, px] = [y + dy - 5, x + dx - 5];
          if (py < 0 || py >= SIDE || px < 0 || px >= SIDE) continue;
          blurred += share * v * u * sample.input.data[c * PLANE + py * SIDE + px]!;
        }
      }
    }
    expect(curve!.y[0]).to.be.closeTo(blurred, 1e-4);
    expect(curve!.y[1]).to.be.closeTo(bias + sum(perfect.data), 1e-4);
    expect(settings.fill).to.equal('blur');
    expect(sum(row)).to.be.closeTo(1, 1e-12);
    expect((row[0]! / row[5]!) ** 2).to.be.closeTo(0.876, 1e-3);
  });

  it('tells how far it is, and can be stopped', async () => {
    const seen: MeasureProgress[] = [];
    const steps = 3 * batchFor(model, 1000);
    const stop = new AbortController();
    const running = deletion(model, sample, perfect, {
      ...options,
      steps,
      signal: stop.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (seen.length === 2) stop.abort(new DOMException('enough', 'AbortError'));
      },
    });
    await expectRejection(DOMException, 'enough', () => running);
    expect(seen.length).to.equal(2);
    expect(seen[1]!.curve!.y.slice(0, seen[0]!.curve!.y.length)).to.deep.equal(seen[0]!.curve!.y);
    expect(seen[1]!.curve!.y.length).to.be.above(seen[0]!.curve!.y.length);
    expect(seen[1]!.done).to.be.closeTo(seen[1]!.curve!.y.length / (steps + 1), 1e-12);
  });

  it('refuses maps of another size', () =>
    expectRejection(ShapeError, '12×12', () => deletion(model, sample, float32([3, 3], new Float32Array(9)))));

  it('finds ROAD of a map opposite to that of its inverse', async () => {
    const levels = rankLevels(perfect);
    const inverse = float32(
      levels.shape,
      Float32Array.from(levels.data, (value) => 1 - value),
    );
    const found = await road(model, sample, levels, { target: TARGET, noise: 0 });
    const opposite = await road(model, sample, inverse, { target: TARGET, noise: 0 });
    expect(found.mostFirst).to.deep.equal(opposite.leastFirst);
    expect(found.value).to.be.closeTo(-opposite.value, 1e-6);
    expect(found.value).to.be.above(0.1);
    expect(found.notes).to.deep.equal([]);
    expect(found.curve!.y.reduce((a, b) => a + b, 0) / 4).to.be.closeTo(found.value, 1e-12);
  });

  it('has a ROAD of maps that are mostly zero, and says how', async () => {
    const rare = float32(
      [SIDE, SIDE],
      Float32Array.from({ length: PLANE }, (_, i) => (i < 10 ? i : 0)),
    );
    const { value, notes } = await road(model, sample, rare, { target: TARGET });
    expect(value).to.be.finite;
    expect(notes.length).to.be.above(0);
  });

  it('finds gradients faithful', async () => {
    const { map } = await gradient(model, sample, { target: TARGET });
    expect((await infidelity(model, sample, map, { target: TARGET })).value).to.be.below(1e-7);
    expect((await infidelity(model, sample, shares, { target: TARGET, disturbance: 'squares' })).value).to.be.below(
      1e-7,
    );
  });

  it('finds other maps wrong, by as much as they are', async () => {
    const none = await infidelity(model, sample, float32(shares.shape, new Float32Array(3 * PLANE)), {
      target: TARGET,
    });
    expect(none.value).to.be.closeTo(sum(none.found.map((fell) => fell ** 2)) / 10, 1e-12);
    expect(none.value).to.be.above(1e-4);
    const { map } = await gradient(model, sample, { target: TARGET });
    const twice = float32(
      map.shape,
      Float32Array.from(map.data, (value) => 2 * value),
    );
    const { value, normalised, beta } = await infidelity(model, sample, twice, { target: TARGET });
    expect(value).to.be.closeTo(none.value, 1e-3 * none.value);
    expect(normalised).to.be.below(1e-7);
    expect(beta).to.be.closeTo(0.5, 1e-4);
  });

  it('finds a map that adds up complete', async () => {
    const { value, difference, relative } = await completeness(model, sample, shares, { target: TARGET });
    expect(difference).to.be.closeTo(sum(shares.data), 1e-4);
    expect(value).to.be.closeTo(0, 1e-4);
    expect(relative).to.be.below(1e-4);
    const black = await completeness(model, sample, shares, { target: TARGET, baseline: 'black' });
    expect(Math.abs(black.value)).to.be.above(0.1);
    const same = await completeness(model, sample, shares, { target: TARGET, baseline: sample.input });
    expect(same.difference).to.equal(0);
  });

  it('finds a gradient steady, and the picture itself as unsteady as the noise is', async () => {
    expect((await maxSensitivity(model, sample, gradient, { target: TARGET })).value).to.equal(0);
    const radius = 0.1;
    const picture = await maxSensitivity(model, sample, (_, { input }) => Promise.resolve({ map: input }), {
      target: TARGET,
      radius,
    });
    // Of numbers that are uniform within a radius the square is a third of its square.
    const expected = Math.sqrt((3 * PLANE * radius ** 2) / 3 / sum(sample.input.data.map((value) => value ** 2)));
    for (const each of picture.each) expect(each).to.be.closeTo(expected, 0.1 * expected);
    expect(picture.value).to.equal(Math.max(...picture.each));
    expect(new Set(picture.each).size).to.equal(10);
  });
});

describe('methods/measures, cost', () => {
  it('is what is run', async () => {
    const backend = await openBackend();
    const sample = sampleOf();
    const map = new Random(2).tensor([SIDE, SIDE]);
    const whole = new Random(2).tensor([3, SIDE, SIDE]);
    const options = { steps: 6, percentiles: [50], samples: 3 };
    const runs = {
      deletion: [(m: Model) => deletion(m, sample, map, options), costOfDeletion(options)],
      road: [(m: Model) => road(m, sample, map, options), costOfRoad(options)],
      infidelity: [(m: Model) => infidelity(m, sample, whole, options), costOfInfidelity(options)],
      completeness: [(m: Model) => completeness(m, sample, whole), costOfCompleteness()],
      sensitivity: [(m: Model) => maxSensitivity(m, sample, gradient, options), costOfMaxSensitivity(options)],
    } as const;
    for (const [name, [measure, expected]] of Object.entries(runs)) {
      const { backend: counted, counted: count } = counting(backend);
      const model = deepModel(counted);
      const { cost } = await measure(model);
      expect(cost, name).to.deep.equal(expected);
      expect(count(), name).to.deep.equal(expected);
      model.dispose();
    }
    backend.dispose();
  });
});

/** The same order with values k/256, which float32 subtracts from 1 exactly, from 0 to 1. */
function rankLevels({ shape, data }: Tensor): Tensor {
  const order = [...data.keys()].sort((a, b) => data[a]! - data[b]!);
  const levels = new Float32Array(data.length);
  for (const [rank, i] of order.entries()) levels[i] = rank === data.length - 1 ? 1 : rank / 256;
  return float32(shape, levels);
}
