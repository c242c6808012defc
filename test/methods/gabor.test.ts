import { expect } from 'chai';
import { ShapeError } from '../../src/errors.ts';
import { gaborFit, isGaborLike, type GaborFit } from '../../src/methods/gabor.ts';
import { gaborSummary } from '../../src/methods/gabor-summary.ts';
import { scramblePhases } from '../../src/methods/phase-scramble.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { atOnce } from '../../src/work/steps.ts';
import { golden } from '../goldens.ts';
import { rejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const SIDE = 11;
const fit = (filter: Tensor): GaborFit => atOnce(gaborFit(filter));

/** A filter [3, side, side] of what `value` is at x and y from the middle, in a colour. */
function draw(value: (x: number, y: number) => number, colour: readonly number[], side: number = SIDE): Tensor {
  const half = (side - 1) / 2;
  const plane = Array.from({ length: side * side }, (_, i) => value((i % side) - half, Math.floor(i / side) - half));
  return float32(
    [3, side, side],
    colour.flatMap((amount) => plane.map((number) => amount * number)),
  );
}

/** Filters [k, …] one by one. */
function each({ shape: [k, ...shape], data }: Tensor): Tensor[] {
  const size = data.length / k!;
  return Array.from({ length: k! }, (_, i) =>
    float32(shape, Float32Array.from(data.subarray(i * size, (i + 1) * size))),
  );
}

/** |a − b| on a circle of so many degrees. */
function turnBetween(a: number, b: number, circle: number): number {
  const turn = (((a - b) % circle) + circle) % circle;
  return Math.min(turn, circle - turn);
}

describe('fits of Gabor functions', () => {
  it('find the numbers that a filter was made with', () => {
    const gauss = (x: number, y: number): number => Math.exp(-(x * x) / (2 * 1.8 ** 2) - (y * y) / (2 * 2.6 ** 2));
    // Stripes from the lower left to the upper right, 30° from the horizontal, one pixel to the right and half of one up.
    const turn = (30 * Math.PI) / 180;
    const filter = draw(
      (right, down) => {
        const [x, y] = [right - 1, -(down + 0.5)];
        const [u, v] = [x * Math.sin(turn) - y * Math.cos(turn), x * Math.cos(turn) + y * Math.sin(turn)];
        return gauss(u, v) * Math.cos(2 * Math.PI * 0.2 * u + 0.7);
      },
      [0.5, -0.2, 0.1],
    );
    const found = fit(filter);
    expect(found.r2).to.be.closeTo(1, 1e-9);
    expect(found.orientation).to.be.closeTo(30, 1e-3);
    expect(found.frequency).to.be.closeTo(0.2, 1e-5);
    expect(found.width).to.be.closeTo(1.8, 1e-4);
    expect(found.length).to.be.closeTo(2.6, 1e-4);
    expect(found.centre[0]).to.be.closeTo(1, 1e-4);
    expect(found.centre[1]).to.be.closeTo(-0.5, 1e-4);
    expect(found.phase).to.be.closeTo(0.7, 1e-4);
    expect(relativeError(found.colour, [0.5, -0.2, 0.1])).to.be.below(1e-5);
    expect(isGaborLike(found)).to.equal(true);
  });

  it('name the direction of stripes, and give the brighter colour its sign', () => {
    const upright = fit(draw((x, y) => -Math.exp(-(x * x + y * y) / 8) * Math.sin(2 * Math.PI * 0.2 * x), [1, 1, 1]));
    expect(upright.orientation).to.be.closeTo(90, 1e-3);
    expect(upright.phase).to.be.closeTo(Math.PI / 2, 1e-4);
    const lying = fit(draw((x, y) => -Math.exp(-(x * x + y * y) / 8) * Math.cos(2 * Math.PI * 0.2 * y), [1, 1, 1]));
    expect(turnBetween(lying.orientation, 0, 180)).to.be.below(1e-3);
    expect(Math.abs(lying.phase)).to.be.closeTo(Math.PI, 1e-4);
    expect(lying.colour.every((amount) => amount > 0)).to.equal(true);
  });

  it('agree with those of SciPy, from 80 random starts each', async () => {
    const { tensor, manifest } = await golden('gabor');
    const filters = each(await tensor('filters'));
    const theirs = each(await tensor('fits'));
    let likes = 0;
    for (const [i, filter] of filters.entries()) {
      const [r2, x, y, angle, width, length, frequency] = [...theirs[i]!.data] as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const ours = fit(filter);
      const like = r2 >= 0.7 && frequency * width >= 0.2;
      expect(isGaborLike(ours), `filter ${String(i)}`).to.equal(like);
      if (!like) continue;
      likes++;
      expect(ours.r2, `filter ${String(i)}`).to.be.closeTo(r2, 1e-5);
      expect(relativeError([ours.width, ours.length, ours.frequency], [width, length, frequency])).to.be.below(1e-3);
      expect(relativeError(ours.centre, [x, y])).to.be.below(1e-2);
      expect(turnBetween(ours.orientation, 90 - (angle * 180) / Math.PI, 180)).to.be.below(0.1);
    }
    expect(likes).to.be.at.least(Number(manifest['synthetic']));
  });

  it('come near to what noise was added to', async () => {
    const { tensor } = await golden('gabor');
    const truth = each(await tensor('truth'));
    for (const [i, filter] of each(await tensor('filters'))
      .slice(0, truth.length)
      .entries()) {
      const [, , angle, width, , frequency] = [...truth[i]!.data] as [number, number, number, number, number, number];
      const found = fit(filter);
      // 15 % of noise: 1 − 0.15² / (1 + 0.15²)
      expect(found.r2).to.be.within(0.96, 0.99);
      expect(turnBetween(found.orientation, 90 - (angle * 180) / Math.PI, 180)).to.be.below(6);
      expect(found.frequency * found.width).to.be.closeTo(frequency * width, 0.05);
    }
  });

  it('explain little of noise', () => {
    const random = new Random(3);
    for (let i = 0; i < 12; i++) {
      const found = fit(random.tensor([3, SIDE, SIDE]));
      expect(found.r2).to.be.below(0.25);
      expect(isGaborLike(found)).to.equal(false);
    }
  });

  it('call neither a blob nor a ramp Gabor-like, however well they fit', () => {
    const blob = fit(draw((x, y) => Math.exp(-(x * x + y * y) / 12), [1, 0.4, -0.3]));
    expect(blob.r2).to.be.above(0.99);
    expect(blob.frequency * blob.width).to.be.below(0.2);
    const ramp = fit(draw((x, y) => (x + y) * Math.exp(-(x * x + y * y) / 18), [0.3, 0.6, 0.1]));
    expect(ramp.r2).to.be.above(0.99);
    expect(ramp.frequency * ramp.width).to.be.below(0.2);
    expect([blob, ramp].map(isGaborLike)).to.deep.equal([false, false]);
  });

  it('do not depend on the scale of the weights', async () => {
    const [filter] = each(await (await golden('gabor')).tensor('filters'));
    const small = fit(filter!);
    const large = fit(
      float32(
        filter!.shape,
        filter!.data.map((value) => value * 2 ** 20),
      ),
    );
    expect({ ...large, colour: large.colour.map((value) => value / 2 ** 20) }).to.deep.equal(small);
  });

  it('say 0 or NaN where there is nothing to be fitted', () => {
    for (const value of [0, 0.3]) {
      const { r2 } = fit(draw(() => value, [1, 1, 1]));
      expect(r2).to.equal(0);
    }
    const broken = fit(draw((x, y) => (x === 0 && y === 0 ? NaN : 1), [1, 1, 1]));
    expect(broken.r2).to.be.NaN;
    expect(isGaborLike(broken)).to.equal(false);
    expect(() => fit(draw(() => 1, [1, 1, 1], 6))).to.throw(ShapeError, /7 or more/);
  });
});

describe('copies with scrambled phases', () => {
  const random = new Random(9);
  for (const [rows, columns] of [
    [11, 11],
    [8, 7],
  ] as const) {
    it(`keep all waves as strong, and the colours (${rows}×${columns})`, () => {
      const filter = random.tensor([3, rows, columns]);
      const copy = scramblePhases(filter, 4);
      const size = rows * columns;
      // By the convolution theorem, strengths and phases between planes are the cyclic correlations of all pairs of planes.
      const correlations = ({ data }: Tensor): number[] => {
        const all: number[] = [];
        for (let a = 0; a < 3; a++)
          for (let b = 0; b < 3; b++)
            for (let dy = 0; dy < rows; dy++)
              for (let dx = 0; dx < columns; dx++) {
                let sum = 0;
                for (let i = 0; i < size; i++) {
                  const [y, x] = [Math.floor(i / columns), i % columns];
                  sum += data[a * size + i]! * data[b * size + ((y + dy) % rows) * columns + ((x + dx) % columns)]!;
                }
                all.push(sum);
              }
        return all;
      };
      expect(relativeError(correlations(copy), correlations(filter))).to.be.below(1e-6);
      expect(relativeError(copy.data, filter.data)).to.be.above(0.5);
      expect(scramblePhases(filter, 4).data).to.deep.equal(copy.data);
      expect(relativeError(scramblePhases(filter, 5).data, copy.data)).to.be.above(0.5);
    });
  }
});

describe('the summary of a layer', () => {
  it('counts filters and their scrambled copies', async () => {
    const filters = await (await golden('gabor')).tensor('filters');
    const progress: number[] = [];
    const summary = await gaborSummary(filters, { onProgress: (done) => progress.push(done) });
    expect(progress).to.deep.equal(progress.map((_, i) => (i + 1) / filters.shape[0]!));
    const all = each(filters);
    expect(summary.fits).to.deep.equal(all.map(fit));
    expect(summary.count).to.equal(summary.fits.filter(isGaborLike).length);
    const copies = all.map((filter, i) => fit(scramblePhases(filter, i)));
    expect(summary.scrambledCount).to.equal(copies.filter(isGaborLike).length);
    expect(summary.count).to.be.above(2.5 * summary.scrambledCount);
  });

  it('stops when nobody wants it, and refuses what is no layer', async () => {
    const filters = await (await golden('gabor')).tensor('filters');
    const stop = new AbortController();
    const waiting = gaborSummary(filters, { signal: stop.signal });
    const reason = new DOMException('enough', 'AbortError');
    stop.abort(reason);
    expect(await waiting.catch((error: unknown) => error)).to.equal(reason);
    await rejection(ShapeError, () => gaborSummary(float32([3, 11], new Float32Array(33))));
    await rejection(ShapeError, () => gaborSummary(float32([2, 3, 5, 5], new Float32Array(150))));
  });
});
