/**
 * Where the centre is (x, y: px from the middle of the filter), where the wave runs (radians clockwise from the right), the
 * logarithms of the Gaussian's deviations along the wave and across it, frequency (cycles per px) and phase.
 */
export type GaborShape = readonly [
  x: number,
  y: number,
  angle: number,
  logWidth: number,
  logLength: number,
  frequency: number,
  phase: number,
];

const PARAMETERS = 7;
/** Lowest frequency, cycles per px: below it, no wave is told from a Gaussian or its derivative. The highest is Nyquist's. */
const FREQUENCIES = [0.01, 0.5] as const;
/** Narrowest Gaussian, px: a narrower one is a single pixel. The widest is as wide as the filter. */
const NARROWEST = 0.5;

/**
 * A Gabor function of unit amplitude on the pixels of a filter, with the colour that fits best (least squares) and its derivative
 * by each number of its shape.
 */
export class VaryingGabor {
  /** Σw² of the filter: of it, each shape explains a part. */
  readonly squares: number;
  /** Of the shape that was looked at last. */
  readonly colour: Float64Array;
  readonly #filter: ArrayLike<number>;
  readonly #rows: number;
  readonly #columns: number;
  /** The function at each pixel, and its derivatives, of the shape that was looked at last. */
  readonly #values: Float64Array;
  readonly #slopes: readonly Float64Array[];

  constructor(filter: ArrayLike<number>, planes: number, rows: number, columns: number) {
    this.#filter = filter;
    this.#rows = rows;
    this.#columns = columns;
    this.colour = new Float64Array(planes);
    this.#values = new Float64Array(rows * columns);
    this.#slopes = Array.from({ length: PARAMETERS }, () => new Float64Array(rows * columns));
    let squares = 0;
    for (let i = 0; i < filter.length; i++) squares += filter[i]! ** 2;
    this.squares = squares;
  }

  /** The part of Σw² that a shape explains. */
  explainedBy(shape: GaborShape): number {
    const [x0, y0, angle, logWidth, logLength, frequency, phase] = shape;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [precise, lengthwise] = [Math.exp(-2 * logWidth), Math.exp(-2 * logLength)];
    for (let row = 0, at = 0; row < this.#rows; row++) {
      const y = row - (this.#rows - 1) / 2 - y0;
      for (let column = 0; column < this.#columns; column++, at++) {
        const x = column - (this.#columns - 1) / 2 - x0;
        const [u, v] = [cos * x + sin * y, cos * y - sin * x];
        const envelope = Math.exp(-(u * u * precise + v * v * lengthwise) / 2);
        this.#values[at] = envelope * Math.cos(2 * Math.PI * frequency * u + phase);
      }
    }
    return this.#fitColour();
  }

  /** The same, and derivatives for {@link step}. */
  look(shape: GaborShape): number {
    const [x0, y0, angle, logWidth, logLength, frequency, phase] = shape;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [precise, lengthwise] = [Math.exp(-2 * logWidth), Math.exp(-2 * logLength)];
    const [byX, byY, byAngle, byWidth, byLength, byFrequency, byPhase] = this.#slopes as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let row = 0, at = 0; row < this.#rows; row++) {
      const y = row - (this.#rows - 1) / 2 - y0;
      for (let column = 0; column < this.#columns; column++, at++) {
        const x = column - (this.#columns - 1) / 2 - x0;
        const [u, v] = [cos * x + sin * y, cos * y - sin * x];
        const envelope = Math.exp(-(u * u * precise + v * v * lengthwise) / 2);
        const turn = 2 * Math.PI * frequency * u + phase;
        const value = envelope * Math.cos(turn);
        const quadrature = -envelope * Math.sin(turn);
        const byU = 2 * Math.PI * frequency * quadrature - u * precise * value;
        const byV = -v * lengthwise * value;
        this.#values[at] = value;
        byX[at] = sin * byV - cos * byU;
        byY[at] = -sin * byU - cos * byV;
        byAngle[at] = v * byU - u * byV;
        byWidth[at] = u * u * precise * value;
        byLength[at] = v * v * lengthwise * value;
        byFrequency[at] = 2 * Math.PI * u * quadrature;
        byPhase[at] = quadrature;
      }
    }
    return this.#fitColour();
  }

  /** A damped step of Gauss and Newton from the shape that was looked at last, within bounds. */
  step(shape: GaborShape, damping: number): GaborShape {
    const values = this.#values;
    const slopes = this.#slopes;
    const size = values.length;
    const own = dot(values, values);
    const brightness = dot(this.colour, this.colour);
    // Residuals summed over the planes, each by its part of the colour.
    const residual = new Float64Array(size);
    for (let c = 0; c < this.colour.length; c++) {
      for (let i = 0; i < size; i++) residual[i]! += this.colour[c]! * this.#filter[c * size + i]!;
    }
    for (let i = 0; i < size; i++) residual[i]! -= brightness * values[i]!;
    // What of a derivative lies along the function itself, the colour takes up.
    const along = slopes.map((slope) => dot(slope, values) / own);
    const right = slopes.map((slope) => dot(slope, residual));
    const matrix = slopes.map((slope, i) =>
      slopes.map((other, j) => brightness * (dot(slope, other) - along[i]! * along[j]! * own)),
    );
    return this.#within(shape, matrix, right, damping);
  }

  /** Steps in what is free to move; what would go beyond a bound goes to it, and the others make the best of that. */
  #within(shape: GaborShape, matrix: number[][], right: readonly number[], damping: number): GaborShape {
    const widest = Math.log(Math.max(this.#rows, this.#columns));
    const [low, high] = FREQUENCIES;
    const [x, y, narrowest] = [this.#columns / 2, this.#rows / 2, Math.log(NARROWEST)];
    const least = [-x, -y, -Infinity, narrowest, narrowest, low, -Infinity];
    const most = [x, y, Infinity, widest, widest, high, Infinity];
    const next: number[] = [...shape];
    const free = new Set(next.keys());
    for (;;) {
      const moving = [...free];
      const bound = [...next.keys()].filter((i) => !free.has(i));
      const change = solve(
        moving.map((i) => moving.map((j) => matrix[i]![j]!)),
        moving.map((i) => bound.reduce((sum, j) => sum - matrix[i]![j]! * (next[j]! - shape[j]!), right[i]!)),
        damping,
      );
      for (const [k, i] of moving.entries()) {
        const wanted = shape[i]! + change[k]!;
        next[i] = clamp(wanted, least[i]!, most[i]!);
        if (next[i] !== wanted && !Number.isNaN(wanted)) free.delete(i);
      }
      if (free.size === moving.length || free.size === 0) return next as unknown as GaborShape;
    }
  }

  #fitColour(): number {
    const values = this.#values;
    const size = values.length;
    const own = dot(values, values);
    let explained = 0;
    for (let c = 0; c < this.colour.length; c++) {
      let common = 0;
      for (let i = 0; i < size; i++) common += values[i]! * this.#filter[c * size + i]!;
      this.colour[c] = common / own;
      explained += common ** 2 / own;
    }
    return explained;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Solves (A + damping · diag A) x = b by Cholesky's factors; A is overwritten. */
function solve(a: number[][], b: readonly number[], damping: number): readonly number[] {
  const n = b.length;
  // A number that changes nothing, such as the phase of no wave, has an empty row: it stays.
  const least = 1e-12 * Math.max(...a.map((row, i) => row[i]!)) || 1;
  for (let i = 0; i < n; i++) a[i]![i] = a[i]![i]! * (1 + damping) + least;
  const x = [...b];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= a[i]![k]! * a[j]![k]!;
      a[i]![j] = i === j ? Math.sqrt(Math.max(sum, least)) : sum / a[j]![j]!;
    }
    for (let k = 0; k < i; k++) x[i]! -= a[i]![k]! * x[k]!;
    x[i]! /= a[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= a[k]![i]! * x[k]!;
    x[i]! /= a[i]![i]!;
  }
  return x;
}
