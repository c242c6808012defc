import { expect } from 'chai';
import { ArgumentError } from '../../../src/errors.ts';
import { imputed } from '../../../src/methods/measures/imputation.ts';
import { percentileOf, rankingOf, ranksOf } from '../../../src/methods/measures/ranking.ts';
import { spearman, ssim } from '../../../src/methods/measures/similarity.ts';
import { complexity, sparseness } from '../../../src/methods/measures/sparseness.ts';
import { bellAt, bitsAt, uniformAt } from '../../../src/methods/attribution/parts/noise.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { expectRejection } from '../../rejection.ts';
import { Random } from '../../support/random.ts';

describe('methods/attribution/parts/noise', () => {
  it('is that of the references', () => {
    expect(bitsAt(0, 0)).to.equal(2926543089);
    expect(bitsAt(1000, 150527)).to.equal(2358026483);
    expect(bitsAt(4294967295, 7)).to.equal(2284280369);
    expect(uniformAt(3000, 0)).to.equal(0.6419447660446167);
    expect(uniformAt(3000, 1)).to.equal(0.023493647575378418);
    expect([0, 1, 2, 3].map((i) => bellAt(1000, i) * Math.sqrt(43690)).map(Math.round)).to.deep.equal([
      5, 337, 38, 153,
    ]);
  });

  it('is about normal', () => {
    const drawn = Array.from({ length: 20_000 }, (_, i) => bellAt(7, i));
    const mean = (of: (value: number) => number): number =>
      drawn.reduce((sum, value) => sum + of(value), 0) / drawn.length;
    expect(mean((value) => value)).to.be.closeTo(0, 0.02);
    expect(mean((value) => value ** 2)).to.be.closeTo(1, 0.03);
    expect(mean((value) => Number(Math.abs(value) < 1))).to.be.closeTo(0.683, 0.01);
  });
});

describe('methods/measures, ranks', () => {
  it('ranks from the largest, equal values by their places', () => {
    expect([...rankingOf([1, 3, 0, 3, 1])]).to.deep.equal([1, 3, 0, 4, 2]);
    expect([...ranksOf([1, 3, 0, 3, 1])]).to.deep.equal([2.5, 4.5, 1, 4.5, 2.5]);
  });

  it('has percentiles between two values', () => {
    expect(percentileOf([1, 2, 3, 4], 40)).to.be.closeTo(2.2, 1e-12);
    expect(percentileOf([1, 2, 3, 4, 5], 25)).to.equal(2);
  });

  it('has Spearman’s correlation', () => {
    // 1 − 6 Σ d² / (n³ − n) with d = 0, 0, 1, 0, −1
    expect(spearman([1, 2, 3, 4, 5], [10, 20, 50, 40, 30])).to.be.closeTo(1 - (6 * 8) / 120, 1e-12);
    // Ranks 1, 2, 3, 4.5, 4.5: Σ (a − 3)(b − 3) = Σ (b − 3)² = 9.5, and Σ (a − 3)² = 10
    expect(spearman([1, 2, 3, 4, 5], [1, 2, 3, 9, 9])).to.be.closeTo(9.5 / Math.sqrt(95), 1e-12);
    expect(spearman([1, 2, 3], [3, 2, 1])).to.be.closeTo(-1, 1e-12);
    expect(spearman([1, 2, 3], [4, 4, 4])).to.be.NaN;
  });

  it('has the structural similarity of one window by hand', () => {
    const ramp = Array.from({ length: 49 }, (_, i) => i / 48);
    const [c1, c2] = [1e-4, 9e-4];
    // Sample variance of 0 … 48 is 49 · 50 / 12.
    const variance = (49 * 50) / 12 / 48 ** 2;
    expect(ssim(ramp, ramp, 7, 7)).to.be.closeTo(1, 1e-12);
    expect(ssim(ramp, new Array<number>(49).fill(0.5), 7, 7)).to.be.closeTo(c2 / (variance + c2), 1e-12);
    const inverse = ramp.map((value) => 1 - value);
    expect(ssim(ramp, inverse, 7, 7)).to.be.closeTo((c2 - 2 * variance) / (c2 + 2 * variance), 1e-12);
    const offset = ramp.map((value) => value + 1);
    const [near, far] = [2 ** 2 * c1, 2 ** 2 * c2];
    const means = (2 * 0.5 * 1.5 + near) / (0.25 + 2.25 + near);
    expect(ssim(ramp, offset, 7, 7)).to.be.closeTo((means * (2 * variance + far)) / (2 * variance + far), 1e-12);
  });

  it('means the similarity of all windows inside', () => {
    const random = new Random(4);
    const [a, b] = [0, 1].map(() => Array.from({ length: 9 * 8 }, () => random.next()));
    // Both reach from 0 to 1, so that every window has the same range as the whole.
    for (const map of [a!, b!]) [map[30], map[31], map[38], map[39]] = [0, 1, 1, 0];
    const part = (map: number[], top: number, left: number): number[] =>
      Array.from({ length: 49 }, (_, i) => map[(top + Math.floor(i / 7)) * 8 + left + (i % 7)]!);
    let sum = 0;
    for (const top of [0, 1, 2]) for (const left of [0, 1]) sum += ssim(part(a!, top, left), part(b!, top, left), 7, 7);
    expect(ssim(a!, b!, 9, 8)).to.be.closeTo(sum / 6, 1e-12);
  });
});

describe('methods/measures, sparseness', () => {
  it('is known of simple maps', () => {
    const oneHot = float32([2, 4], [0, 0, 0, -3, 0, 0, 0, 0]);
    expect(sparseness(oneHot).value).to.be.closeTo(1 - 1 / 8, 1e-12);
    expect(complexity(oneHot).value).to.be.closeTo(0, 1e-12);
    const constant = float32([2, 4], new Array<number>(8).fill(-2));
    expect(sparseness(constant).value).to.be.closeTo(0, 1e-12);
    expect(complexity(constant).value).to.be.closeTo(Math.log(8), 1e-12);
    expect(sparseness(float32([4], [4, -2, 1, 3])).value).to.be.closeTo(0.25, 1e-12);
    expect(sparseness(float32([2], [0, 0])).value).to.be.NaN;
    expect(complexity(float32([2], [0, 0])).value).to.be.NaN;
  });

  it('refuses what is no number', () =>
    expectRejection(ArgumentError, 'no numbers', () => sparseness(float32([2], [1, NaN]))));
});

describe('methods/measures, imputation', () => {
  const [height, width] = [15, 18];
  const plane = height * width;
  const random = new Random(8);
  const planes = {
    data: Array.from({ length: 2 * plane }, () => 255 * random.next()),
    channels: 2,
    height,
    width,
  };

  it('solves the equations, and leaves what is kept', async () => {
    for (const share of [0.7, 0.1]) {
      const keep = Uint8Array.from({ length: plane }, () => Number(random.next() < share));
      const filled = await imputed(planes, keep);
      for (const [i, value] of filled.entries()) {
        const [y, x] = [Math.floor((i % plane) / width), i % width];
        if (keep[i % plane] === 1) {
          expect(value).to.equal(planes.data[i]);
          continue;
        }
        let [sum, weights] = [0, 0];
        for (const dy of [-1, 0, 1]) {
          for (const dx of [-1, 0, 1]) {
            const inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
            if (!inside || (dy === 0 && dx === 0)) continue;
            const weight = dy === 0 || dx === 0 ? 1 / 6 : 1 / 12;
            sum += weight * filled[i + dy * width + dx]!;
            weights += weight;
          }
        }
        expect(value * weights).to.be.closeTo(sum, 1e-4);
      }
    }
  });

  it('spreads the only pixel that is known', async () => {
    const keep = new Uint8Array(plane);
    keep[40] = 1;
    const filled = await imputed(planes, keep);
    expect(Math.max(...filled.subarray(0, plane).map((value) => Math.abs(value - planes.data[40]!)))).to.be.below(1e-4);
  });

  it('can be stopped, and needs a pixel', async () => {
    await expectRejection(ArgumentError, 'nothing to fill', () => imputed(planes, new Uint8Array(plane)));
    const keep = new Uint8Array(plane);
    keep[0] = 1;
    await expectRejection(DOMException, 'stopped', () =>
      imputed(planes, keep, AbortSignal.abort(new DOMException('stopped', 'AbortError'))),
    );
  });
});
