import { checkWhole } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import { MAX_COMPONENTS_SIDE } from '../../limits.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { breather } from '../../work/breathe.ts';
import { checkCodes, meanOf } from './points.ts';
import { normalNumbers, randomNumbers } from '../../tensor/random.ts';

export interface PrincipalComponents {
  /** [n, k]: the codes along the k directions of largest variance, largest first. */
  readonly scores: Tensor;
  /** Variance along each of them. */
  readonly variances: readonly number[];
  /** Share of the whole variance that they keep, 0…1; 1 where there is none. */
  readonly kept: number;
}

/** Directions beyond those asked for: they make these converge sooner (Halko, Martinsson & Tropp 2011, §4.3). */
const SPARE = 10;
/** Of all variance: the iteration ends when the directions hold on to no more than this in addition. */
const CLOSE = 1e-10;
const MAX_TURNS = 200;
/** A direction shorter than this part of what it was has lost its meaning to rounding. */
const LOST = 1e-12;

/**
 * Principal components of codes [n, d], in float64 on the page's own thread: orthogonal iteration (Golub & Van Loan, Matrix
 * Computations, §8.2.4) with the smaller of the covariance [d, d] and the Gram matrix [n, n]. The same input gives the same
 * numbers; of the two signs a component may have, it takes that which makes its largest score positive.
 */
export async function principalComponents(
  codes: Tensor,
  count: number,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<PrincipalComponents> {
  const [n, d] = checkCodes(codes);
  checkWhole('the number of components', count, 1, Number.MAX_SAFE_INTEGER);
  if (Math.min(n, d) > MAX_COMPONENTS_SIDE) {
    throw new ArgumentError('there are too many codes of too many dimensions', {
      expected: `at most ${MAX_COMPONENTS_SIDE} of either`,
      got: `${n}×${d}`,
      remedy: 'Take fewer pictures, or the means of feature maps.',
    });
  }
  const breathe = breather(signal);
  const k = Math.min(count, Math.max(n - 1, 0), d);
  const rows = await centred(codes, [n, d], breathe);
  const byPicture = n < d;
  const matrix = await (byPicture ? gram(rows, breathe) : covariance(rows, d, breathe));
  const { vectors, values } = await largestEigenvectors(matrix, Math.min(n, d), k, breathe);

  const scores = new Float32Array(n * k);
  for (let c = 0; c < k; c++) {
    const column = byPicture
      ? vectors[c]!.map((value) => value * Math.sqrt(values[c]!))
      : Float64Array.from(rows, (row) => dot(row, vectors[c]!));
    const sign = Math.sign(column.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0));
    for (let i = 0; i < n; i++) scores[i * k + c] = sign * column[i]!;
    await breathe();
  }
  const total = rows.reduce((sum, row) => sum + dot(row, row), 0);
  const captured = values.slice(0, k).reduce((a, b) => a + b, 0);
  return {
    scores: float32([n, k], scores),
    variances: Array.from(values.slice(0, k), (value) => value / Math.max(n - 1, 1)),
    kept: total > 0 ? captured / total : 1,
  };
}

type Breathe = () => Promise<void>;
/** Rows of a symmetric matrix. */
type Matrix = readonly Float64Array[];

async function centred(codes: Tensor, [n, d]: readonly [number, number], breathe: Breathe): Promise<Matrix> {
  const mean = meanOf(codes, [n, d]);
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const row = new Float64Array(d);
    for (let k = 0; k < d; k++) row[k] = codes.data[i * d + k]! - mean[k]!;
    rows.push(row);
    await breathe();
  }
  return rows;
}

async function covariance(rows: Matrix, d: number, breathe: Breathe): Promise<Matrix> {
  const sums = Array.from({ length: d }, () => new Float64Array(d));
  for (const row of rows) {
    for (let i = 0; i < d; i++) if (row[i] !== 0) addScaled(sums[i]!, row, row[i]!);
    await breathe();
  }
  return sums;
}

async function gram(rows: Matrix, breathe: Breathe): Promise<Matrix> {
  const products = rows.map(() => new Float64Array(rows.length));
  for (const [i, row] of rows.entries()) {
    for (let j = 0; j <= i; j++) products[i]![j] = products[j]![i] = dot(row, rows[j]!);
    await breathe();
  }
  return products;
}

/** Eigenvectors of a symmetric matrix [m, m] without negative eigenvalues, for the k largest of these. */
async function largestEigenvectors(
  matrix: Matrix,
  m: number,
  k: number,
  breathe: Breathe,
): Promise<{ readonly vectors: readonly Float64Array[]; readonly values: Float64Array }> {
  const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  const draw = normalNumbers(randomNumbers(1));
  let basis: Float64Array[] = Array.from({ length: Math.min(k + SPARE, m) }, () =>
    Float64Array.from({ length: m }, draw),
  );
  await orthonormalize(basis, breathe);
  for (let turn = 1, before = 0; ; turn++) {
    const images = basis.map(() => new Float64Array(m));
    for (let i = 0; i < m; i++) {
      for (const [c, vector] of basis.entries()) images[c]![i] = dot(matrix[i]!, vector);
      await breathe();
    }
    // Rayleigh and Ritz: within the span of the basis, the eigenvectors are those of a small matrix.
    const small: Float64Array[] = [];
    for (const a of basis) {
      small.push(Float64Array.from(images, (b) => dot(a, b)));
      await breathe();
    }
    const { vectors, values } = await jacobi(small, breathe);
    const captured = values.slice(0, k).reduce((a, b) => a + b, 0);
    const mix = async (from: readonly Float64Array[]): Promise<Float64Array[]> => {
      const mixed = vectors.map(() => new Float64Array(m));
      for (const [i, weights] of vectors.entries()) {
        from.forEach((vector, c) => addScaled(mixed[i]!, vector, weights[c]!));
        await breathe();
      }
      return mixed;
    };
    if (captured - before <= CLOSE * trace || turn === MAX_TURNS) return { vectors: await mix(basis), values };
    before = captured;
    basis = await mix(images);
    await orthonormalize(basis, breathe);
  }
}

/** Gram and Schmidt, twice, since once loses digits. What depends on the vectors before becomes zero. */
async function orthonormalize(vectors: readonly Float64Array[], breathe: Breathe): Promise<void> {
  for (const [c, vector] of vectors.entries()) {
    const length = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors.slice(0, c)) addScaled(vector, other, -dot(vector, other));
    }
    const left = Math.sqrt(dot(vector, vector));
    const scale = left > LOST * length ? 1 / left : 0;
    for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
    await breathe();
  }
}

/** All eigenvalues, largest first, and eigenvectors of a small symmetric matrix (Jacobi 1846, cyclic). */
export async function jacobi(
  matrix: Matrix,
  breathe: Breathe,
): Promise<{ readonly vectors: Float64Array[]; readonly values: Float64Array }> {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  const scale = a.reduce((sum, row) => sum + dot(row, row), 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) off += a[p]![q]! ** 2;
    if (off <= 1e-30 * scale) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, v, p, q);
      await breathe();
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]! || i - j);
  return {
    vectors: order.map((i) => v[i]!),
    values: Float64Array.from(order, (i) => Math.max(a[i]![i]!, 0)),
  };
}

/** Turns the plane of axes p and q so that a[p][q] vanishes. The rows of v become the eigenvectors. */
function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const between = a[p]![q]!;
  if (between === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * between);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cos = 1 / Math.hypot(t, 1);
  const sin = t * cos;
  turn(a[p]!, a[q]!, cos, sin);
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cos * x - sin * y;
    row[q] = sin * x + cos * y;
  }
  turn(v[p]!, v[q]!, cos, sin);
}

function turn(x: Float64Array, y: Float64Array, cos: number, sin: number): void {
  for (let i = 0; i < x.length; i++) {
    const [xi, yi] = [x[i]!, y[i]!];
    x[i] = cos * xi - sin * yi;
    y[i] = sin * xi + cos * yi;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a += b · factor */
function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += b[i]! * factor;
}
