import { ShapeError } from '../errors.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { checkCodes, meanOf } from '../methods/parts/points.ts';

/** The unbiased estimator divides by n − 3. */
export const LEAST_SAMPLES = 4;

/**
 * Linear CKA of what two layers, or a layer at two times, make of the same n samples: codes [n, d] and [n, e] → a number that is 1
 * where one is the other turned, mirrored, moved and scaled, and about 0 where they have nothing to do with each other (Kornblith et
 * al. 2019, eq. 3 and 4). HSIC is estimated without bias (Song et al. 2012, eq. 5; for CKA by Nguyen et al. 2021): the usual estimator
 * gives numbers near 1 for few samples of many dimensions. So it may be slightly negative. NaN where one of them is the same for all samples.
 *
 * Throws ShapeError where they are not of the same samples, or of fewer than 4; ArgumentError for numbers that are none.
 */
export async function linearCka(
  x: Tensor,
  y: Tensor,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const breathe = breather(signal);
  const [n] = checkPair(x, y);
  const [a, b] = [await centred(x, breathe), await centred(y, breathe)];
  const hsic = async (one: Rows, other: Rows): Promise<number> => {
    // HSIC₁ of kernels XXᵀ and YYᵀ, whose diagonals are left out. Where columns add up to 0, rows of a kernel do too: of its
    // sums only those of the diagonal are left.
    let both = 0;
    for (let i = 0; i < n; i++) both += one.squares[i]! * other.squares[i]!;
    const products = await squaredProducts(one, other, breathe);
    return products - (both * n) / (n - 2) + (one.total * other.total) / ((n - 1) * (n - 2));
  };
  const [own, others] = [await hsic(a, a), await hsic(b, b)];
  const isConstant = a.total === 0 || b.total === 0 || !(own > 0) || !(others > 0);
  return isConstant ? NaN : (await hsic(a, b)) / Math.sqrt(own * others);
}

/** The same number of samples. */
export function checkPair(x: Tensor, y: Tensor): readonly [n: number] {
  const [[n], [m]] = [checkCodes(x), checkCodes(y)];
  if (n === m && n >= LEAST_SAMPLES) return [n];
  throw new ShapeError('these are no two codes of the same samples', {
    expected: `[n, d] and [n, e] with n of at least ${LEAST_SAMPLES}`,
    got: `${formatShape(x.shape)} and ${formatShape(y.shape)}`,
  });
}

/** Rows whose columns add up to 0. */
interface Rows {
  readonly values: Float64Array;
  readonly n: number;
  readonly d: number;
  /** |row|² of each, and of all. */
  readonly squares: Float64Array;
  readonly total: number;
}

type Breathe = () => Promise<void>;

async function centred(codes: Tensor, breathe: Breathe): Promise<Rows> {
  const [n, d] = codes.shape as [number, number];
  const mean = meanOf(codes, [n, d]);
  const values = new Float64Array(n * d);
  const squares = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let k = 0, at = i * d; k < d; k++, at++) {
      const value = codes.data[at]! - mean[k]!;
      values[at] = value;
      square += value * value;
    }
    squares[i] = square;
    total += square;
    await breathe();
  }
  return { values, n, d, squares, total };
}

/** ‖XᵀY‖² */
async function squaredProducts(x: Rows, y: Rows, breathe: Breathe): Promise<number> {
  if (x.d * y.d > x.n * x.n) return productOfKernels(x, y, breathe);
  const products = new Float64Array(x.d * y.d);
  for (let i = 0; i < x.n; i++) {
    for (let j = 0; j < x.d; j++) {
      const factor = x.values[i * x.d + j]!;
      for (let k = 0; k < y.d; k++) products[j * y.d + k]! += factor * y.values[i * y.d + k]!;
    }
    await breathe();
  }
  return products.reduce((sum, product) => sum + product ** 2, 0);
}

/** The same as the sum over XXᵀ times YYᵀ, element by element: for few samples of many dimensions. */
async function productOfKernels(x: Rows, y: Rows, breathe: Breathe): Promise<number> {
  let sum = 0;
  for (let i = 0; i < x.n; i++) {
    for (let j = 0; j < i; j++) sum += 2 * dotOfRows(x, i, j) * dotOfRows(y, i, j);
    sum += x.squares[i]! * y.squares[i]!;
    await breathe();
  }
  return sum;
}

function dotOfRows({ values, d }: Rows, i: number, j: number): number {
  let sum = 0;
  for (let k = 0, a = i * d, b = j * d; k < d; k++) sum += values[a++]! * values[b++]!;
  return sum;
}
