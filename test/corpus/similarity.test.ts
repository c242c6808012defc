import { expect } from 'chai';
import { linearCka } from '../../src/corpus/cka.ts';
import { directionsOf, svcca } from '../../src/corpus/svcca.ts';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { Random } from '../support/random.ts';

const FOLDER = '/test/fixtures/goldens/similarity';

interface Manifest {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly measured: readonly {
    readonly a: string;
    readonly b: string;
    readonly cka: number;
    readonly svcca: number;
  }[];
}

const svccaOf = async (x: Tensor, y: Tensor): Promise<number> => svcca(await directionsOf(x), await directionsOf(y));

/** x [n, d] times m [d, e], plus the same number everywhere. */
function times(x: Tensor, m: Tensor, plus = 0): Tensor {
  const [[n, d], [, e]] = [x.shape as [number, number], m.shape as [number, number]];
  const data = Array.from({ length: n * e }, (_, at) => {
    let sum = plus;
    for (let k = 0; k < d; k++) sum += x.data[Math.floor(at / e) * d + k]! * m.data[k * e + (at % e)]!;
    return sum;
  });
  return float32([n, e], data);
}

/** Rotations of all pairs of neighbours by an angle, one after the other, and a scale. */
function turned(x: Tensor, scale: number, plus: number): Tensor {
  const d = x.shape[1]!;
  let all = x;
  for (let k = 0; k + 1 < d; k++) {
    const turn = Float32Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
    [turn[k * (d + 1)], turn[(k + 1) * (d + 1)]] = [Math.cos(k + 1), Math.cos(k + 1)];
    [turn[k * (d + 1) + 1], turn[(k + 1) * (d + 1) - 1]] = [Math.sin(k + 1), -Math.sin(k + 1)];
    all = times(all, float32([d, d], turn));
  }
  const diagonal = Float32Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? scale : 0));
  return times(all, float32([d, d], diagonal), plus);
}

describe('how alike representations are', () => {
  let codes: Record<string, Tensor>;
  let measured: Manifest['measured'];
  before(async () => {
    const manifest = (await (await fetch(`${FOLDER}/manifest.json`)).json()) as Manifest;
    measured = manifest.measured;
    const entries = Object.entries(manifest.shapes).map(async ([name, shape]) => {
      return [
        name,
        float32(shape, new Float32Array(await (await fetch(`${FOLDER}/${name}.bin`)).arrayBuffer())),
      ] as const;
    });
    codes = Object.fromEntries(await Promise.all(entries));
  });

  it('is what a second implementation finds, with more and with fewer samples than dimensions', async () => {
    for (const { a, b, ...expected } of measured) {
      expect(await linearCka(codes[a]!, codes[b]!), `CKA of ${a} and ${b}`).to.be.closeTo(expected.cka, 1e-9);
      expect(await svccaOf(codes[a]!, codes[b]!), `SVCCA of ${a} and ${b}`).to.be.closeTo(expected.svcca, 1e-6);
    }
  });

  it('is 1 for what is turned, moved and scaled, and the same both ways', async () => {
    for (const name of ['x', 'y']) {
      const one = codes[name]!;
      const other = turned(one, 7, 100);
      expect(await linearCka(one, one)).to.be.closeTo(1, 1e-12);
      expect(await linearCka(one, other)).to.be.closeTo(1, 1e-4);
      expect(await svccaOf(one, other)).to.be.closeTo(1, 1e-4);
    }
    const { x, wide } = codes as { x: Tensor; wide: Tensor };
    expect(await linearCka(x, wide)).to.be.closeTo(await linearCka(wide, x), 1e-12);
  });

  it('tells linear maps of one thing from turns: SVCCA does not see them, CKA does', async () => {
    const random = new Random(3);
    const one = random.tensor([300, 6]);
    const other = times(one, random.tensor([6, 6]));
    expect(await svccaOf(one, other)).to.be.above(0.98);
    expect(await linearCka(one, other)).to.be.within(0.2, 0.97);
  });

  it('is about 0 for noise, with few samples of many dimensions too', async () => {
    const random = new Random(4);
    let sum = 0;
    for (let i = 0; i < 20; i++) sum += await linearCka(random.tensor([16, 100]), random.tensor([16, 80]));
    // Each deviates by about 0.1; the usual estimator gives 0.84 here.
    expect(Math.abs(sum / 20)).to.be.below(0.1);
    expect(await svccaOf(random.tensor([1000, 5]), random.tensor([1000, 5]))).to.be.below(0.1);
  });

  it('is no number where one of them is always the same', async () => {
    const same = float32([10, 2], new Float32Array(20).fill(3));
    const other = new Random(5).tensor([10, 2]);
    expect(await linearCka(same, other)).to.deep.equal(NaN);
    expect(await svccaOf(same, other)).to.deep.equal(NaN);
  });

  it('refuses other samples, too few, and what is no number', async () => {
    const random = new Random(6);
    const ten = random.tensor([10, 2]);
    await expectRejection(ShapeError, '10×2 and 9×2', () => linearCka(ten, random.tensor([9, 2])));
    await expectRejection(ShapeError, 'at least 4', () => linearCka(random.tensor([3, 2]), random.tensor([3, 2])));
    await expectRejection(ShapeError, 'same samples', async () =>
      svcca(await directionsOf(ten), await directionsOf(random.tensor([9, 2]))),
    );
    await expectRejection(ArgumentError, 'no numbers', () =>
      linearCka(ten, float32([10, 1], new Float32Array(10).fill(NaN))),
    );
  });
});
