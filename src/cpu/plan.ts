import type { Arena } from './arena.ts';
import type { ConvolutionKernels } from './convolution-kernels.ts';
import type { Kernels } from './kernels.ts';

/** Bytes of a number. */
export const BYTES = 4;
/** Numbers of a line of the cache. */
const LINE = 16;

/** Windows along one axis: window i has its taps at i·stride − before + t·dilation. */
export interface Axis {
  /** Pixels of the image. */
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the image; cut off where it is negative. */
  readonly before: number;
  /** Windows. */
  readonly count: number;
}

/** A convolution of n images [group·c, h, w] → [group·k, p, q]. */
export interface ConvolutionShape {
  readonly n: number;
  readonly group: number;
  /** Channels of a group, before and after. */
  readonly c: number;
  readonly k: number;
  readonly windows: { readonly h: Axis; readonly w: Axis };
}

/** What is done to results: a number of the same place is added, or is the mask that lets them pass; then they are clipped. */
export interface Finish {
  readonly clip: readonly [low: number, high: number];
  readonly operand?: { readonly mask?: readonly [above: number, below: number] | undefined } | undefined;
}

/** Filters in another order; what has the same name of the same filters has the same numbers. */
export interface FilterPacking {
  readonly order: string;
  readonly size: number;
  /** Both are addresses. */
  pack(from: number, to: number): void;
}

/** Addresses; of bias and operand 0 where there is none. */
export interface Places {
  readonly x: number;
  /** Packed. */
  readonly filters: number;
  readonly bias: number;
  readonly operand: number;
  readonly y: number;
  readonly scratch: number;
}

/** Something that is done in parts. */
interface Work {
  readonly parts: number;
  run(part: number): void;
}

/** How something is computed, before it has memory. */
export interface Plan {
  readonly filters: FilterPacking;
  /** Bytes. */
  readonly scratch: number;
  bind(at: Places): Work;
}

/** Where it is computed. */
export interface Ground {
  readonly memory: Arena;
  readonly kernels: Kernels | undefined;
  /** Instead of them. */
  readonly plain?: ConvolutionKernels | undefined;
}

/** The kernels, or plain loops where there are none. */
export function kernelsOf({ kernels, plain }: Ground): ConvolutionKernels {
  return (kernels?.run ?? plain)!;
}

/** Pieces of a scratch memory, one after the other. */
export class Layout {
  #numbers = 0;

  /** Where a piece for so many numbers begins, bytes from the start. */
  take(numbers: number): number {
    const at = this.#numbers;
    this.#numbers += Math.ceil(numbers / LINE) * LINE;
    return BYTES * at;
  }

  get bytes(): number {
    return BYTES * this.#numbers;
  }
}

/** Operations of a part: a few ms with kernels, and without. */
const OPERATIONS = { kernels: 120e6, plain: 8e6 };

/** Images whose units, of so many operations in all, are done a few at a time. */
export function inParts(
  { kernels }: Ground,
  images: number,
  units: number,
  operations: number,
  run: (image: number, first: number, end: number) => void,
): Work {
  const bound = OPERATIONS[kernels ? 'kernels' : 'plain'];
  const atOnce = Math.min(units, Math.max(1, Math.floor((units * bound) / Math.max(operations, 1))));
  const perImage = Math.ceil(units / atOnce);
  return {
    parts: images * perImage,
    run: (part) => {
      const first = (part % perImage) * atOnce;
      run(Math.floor(part / perImage), first, Math.min(first + atOnce, units));
    },
  };
}

/** Operations of one image. */
export function operationsOf({ group, c, k, windows: { h, w } }: ConvolutionShape): number {
  return 2 * group * k * c * h.kernel * w.kernel * h.count * w.count;
}

/** Bounds that bound nothing. */
export const UNBOUNDED: readonly [number, number] = [-Infinity, Infinity];

/** A rectangle of results: rows, a step apart, and where their operands lie. */
interface Rectangle {
  readonly y: number;
  readonly operand: number;
  readonly rows: number;
  readonly columns: number;
  readonly step: number;
}

export function finishWith(kernels: ConvolutionKernels, { clip, operand }: Finish, results: Rectangle): void {
  const { y, rows, columns, step } = results;
  const [above, below] = operand?.mask ?? UNBOUNDED;
  const other = operand ? results.operand : 0;
  kernels.finish(y, rows, columns, step, other, operand?.mask !== undefined, above, below, ...clip);
}
