import type { Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { checkPair } from './cka.ts';
import { jacobi, principalComponents } from '../methods/parts/principal-components.ts';
import { checkCodes } from '../methods/parts/points.ts';

/** Share of the variance that the directions keep (Raghu et al. 2017, §2.1). */
const KEPT = 0.99;

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/** The directions that matter in codes [n, d], as what each sample has of them: k orthogonal columns of length 1. */
export interface Directions {
  readonly codes: Tensor;
  readonly columns: readonly Float64Array[];
}

/** The singular vectors of codes [n, d] that keep 99 % of their variance; none where all codes are the same. */
export async function directionsOf(codes: Tensor, options: Options = {}): Promise<Directions> {
  const breathe = breather(options.signal);
  const [n, d] = checkCodes(codes);
  await breathe();
  const { scores, variances } = await principalComponents(codes, d, options);
  const k = scores.shape[1]!;
  const whole = variances.reduce((sum, variance) => sum + variance, 0);
  let kept = 0;
  const columns: Float64Array[] = [];
  for (let c = 0; c < k && kept < KEPT * whole; c++) {
    const column = Float64Array.from({ length: n }, (_, i) => scores.data[i * k + c]!);
    const length = Math.sqrt(column.reduce((sum, value) => sum + value ** 2, 0));
    columns.push(column.map((value) => value / length));
    kept += variances[c]!;
    await breathe();
  }
  return { codes, columns };
}

/**
 * SVCCA of what two layers, or a layer at two times, make of the same samples: the mean of the canonical correlations between their
 * directions (Raghu et al. 2017, §2.1), 0…1. NaN where one has none. With few samples for each direction chance makes it large.
 * Throws ShapeError where they are not of the same samples, or of fewer than 4.
 */
export async function svcca(x: Directions, y: Directions, { signal }: Options = {}): Promise<number> {
  checkPair(x.codes, y.codes);
  const breathe = breather(signal);
  const [few, many] = x.columns.length <= y.columns.length ? [x.columns, y.columns] : [y.columns, x.columns];
  const products: Float64Array[] = [];
  for (const a of few) {
    products.push(Float64Array.from(many, (b) => dot(a, b)));
    await breathe();
  }
  // Canonical correlations of orthonormal columns are the singular values of their products.
  const squares = products.map((a) => Float64Array.from(products, (b) => dot(a, b)));
  const { values } = await jacobi(squares, breathe);
  return values.reduce((sum, square) => sum + Math.sqrt(Math.min(square, 1)), 0) / values.length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
