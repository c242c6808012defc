import { ArgumentError } from '../../errors.ts';
import { breather } from '../../work/breathe.ts';

/** Of a neighbour beside and of one across. */
const [BESIDE, ACROSS] = [1 / 6, 1 / 12];

/** Length of what is left of the equations, as a share of what it was, at which they are solved. */
const TOLERANCE = 1e-8;
/** Many times what a picture takes: some tens for a hole as large as one. */
const MAX_ITERATIONS = 5000;
/** Share of what an incomplete factor leaves out that its diagonal makes up for; with all of it, it may become singular. */
const MADE_UP = 0.97;

export interface Planes {
  readonly data: ArrayLike<number>;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Fills in the pixels that are not kept (Rong et al. 2022, ROAD): each is the mean of its eight neighbours, weighted 1/6 beside and
 * 1/12 across, of those that lie in the picture; so all of them are one system of linear equations, symmetric and positive definite
 * as long as a pixel is kept. Solved by conjugate gradients in float64, in slices: the page stays alive. Throws ArgumentError
 * where no pixel is kept.
 */
export async function imputed(
  { data, channels, height, width }: Planes,
  keep: Uint8Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  if (!keep.includes(1)) {
    throw new ArgumentError('there is nothing to fill the picture in from', { expected: 'a pixel that is kept' });
  }
  const breathe = breather(signal);
  const system = new System(keep, height, width);
  const out = Float64Array.from(data);
  for (let c = 0; c < channels; c++) {
    const plane = out.subarray(c * keep.length, (c + 1) * keep.length);
    const known = system.onGrid(plane, (i) => keep[i] === 1);
    const found = await system.solve(known, breathe);
    for (let i = 0; i < keep.length; i++) if (keep[i] === 0) plane[i] = found[system.placeOf(i)]!;
  }
  return out;
}

/**
 * The equations A x = b of the unknown pixels, one after the other in the order of the picture. Vectors lie on the picture with a border
 * of one pixel around it, and are 0 but at unknown pixels: neighbours need no list.
 */
class System {
  readonly #stride: number;
  readonly #size: number;
  readonly #width: number;
  readonly #unknown: Int32Array;
  /** Diagonal of A. */
  readonly #weight: Float64Array;
  /** Diagonal of the preconditioner. */
  readonly #pivot: Float64Array;

  constructor(keep: Uint8Array, height: number, width: number) {
    this.#width = width;
    this.#stride = width + 2;
    this.#size = this.#stride * (height + 2);
    this.#unknown = Int32Array.from(
      [...keep.keys()].filter((i) => keep[i] === 0),
      (i) => this.placeOf(i),
    );
    const inside = this.onGrid(new Float64Array(keep.length).fill(1), () => true);
    const hole = this.onGrid(inside.subarray(0, 0), (i) => keep[i] === 0, 1);
    this.#weight = this.#atUnknown((p) => this.#before(inside, p) + this.#after(inside, p));
    this.#pivot = this.#pivots(hole);
  }

  placeOf(i: number): number {
    return (Math.floor(i / this.#width) + 1) * this.#stride + (i % this.#width) + 1;
  }

  /** Some pixels of a plane where they lie on the grid. */
  onGrid(plane: Float64Array, wanted: (i: number) => boolean, instead?: number): Float64Array {
    const grid = new Float64Array(this.#size);
    const count = this.#width * (this.#size / this.#stride - 2);
    for (let i = 0; i < count; i++) if (wanted(i)) grid[this.placeOf(i)] = instead ?? plane[i]!;
    return grid;
  }

  /** x where b is what known neighbours add. */
  async solve(known: Float64Array, breathe: () => Promise<void>): Promise<Float64Array> {
    const left = this.#atUnknown((p) => this.#before(known, p) + this.#after(known, p));
    const x = new Float64Array(this.#size);
    const direction = new Float64Array(this.#size);
    const product = new Float64Array(this.#size);
    const goal = TOLERANCE ** 2 * this.#dot(left, left);
    let last = 0;
    for (let i = 0; this.#dot(left, left) > goal; i++) {
      if (i > MAX_ITERATIONS)
        throw new ArgumentError('the picture cannot be filled in', { got: 'values beyond float64' });
      const better = this.#preconditioned(left);
      const now = this.#dot(left, better);
      const turn = i === 0 ? 0 : now / last;
      last = now;
      for (const p of this.#unknown) direction[p] = better[p]! + turn * direction[p]!;
      for (const p of this.#unknown) {
        product[p] = this.#weight[p]! * direction[p]! - this.#before(direction, p) - this.#after(direction, p);
      }
      const step = now / this.#dot(direction, product);
      for (const p of this.#unknown) {
        x[p] = x[p]! + step * direction[p]!;
        left[p] = left[p]! - step * product[p]!;
      }
      await breathe();
    }
    return x;
  }

  /** Weighted sum of the neighbours that come earlier: the row above, and the one to the left. */
  #before(grid: Float64Array, p: number): number {
    const above = p - this.#stride;
    return BESIDE * (grid[above]! + grid[p - 1]!) + ACROSS * (grid[above - 1]! + grid[above + 1]!);
  }

  /** Of those that come later. */
  #after(grid: Float64Array, p: number): number {
    const below = p + this.#stride;
    return BESIDE * (grid[p + 1]! + grid[below]!) + ACROSS * (grid[below - 1]! + grid[below + 1]!);
  }

  #atUnknown(of: (p: number) => number): Float64Array {
    const grid = new Float64Array(this.#size);
    for (const p of this.#unknown) grid[p] = of(p);
    return grid;
  }

  #dot(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (const p of this.#unknown) sum += a[p]! * b[p]!;
    return sum;
  }

  /**
   * The diagonal D of the modified incomplete Cholesky factor (D + L) D⁻¹ (D + Lᵀ), where L is the lower part of A (Gustafsson 1978):
   * large holes take a tenth of the steps with it.
   */
  #pivots(hole: Float64Array): Float64Array {
    const pivot = new Float64Array(this.#size);
    const neighbours = [
      [-this.#stride - 1, ACROSS],
      [-this.#stride, BESIDE],
      [-this.#stride + 1, ACROSS],
      [-1, BESIDE],
    ] as const;
    for (const p of this.#unknown) {
      let sum = this.#weight[p]!;
      for (const [offset, weight] of neighbours) {
        const q = p + offset;
        if (hole[q] === 0) continue;
        const leftOut = this.#after(hole, q) - weight;
        sum -= (weight * (weight + MADE_UP * leftOut)) / pivot[q]!;
      }
      pivot[p] = sum;
    }
    return pivot;
  }

  #preconditioned(left: Float64Array): Float64Array {
    const result = new Float64Array(this.#size);
    for (const p of this.#unknown) result[p] = (left[p]! + this.#before(result, p)) / this.#pivot[p]!;
    for (let k = this.#unknown.length - 1; k >= 0; k--) {
      const p = this.#unknown[k]!;
      result[p] = result[p]! + this.#after(result, p) / this.#pivot[p]!;
    }
    return result;
  }
}
