import type { Attributes } from '../../ir/graph.ts';
import type { NodeContext } from '../../ir/node.ts';

/**
 * Numbers of a tensor in the rows of a table. Where there is none, as in the padding around a picture, the place is −1 and the
 * number 0.
 */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Flat index in the tensor. */
  readonly places: readonly number[];
  readonly values: readonly number[];
}

/** What one channel adds to a sum of products: Σ values · weights. */
export interface Share extends Grid {
  readonly channel: number;
  readonly weights: readonly number[];
  readonly sum: number;
}

/** A sum of products: on the way forward Σ x · w + bias, on the way back Σ dy · w, the filter turned around. */
export interface Products {
  readonly kind: 'products';
  /** The largest in magnitude first. */
  readonly shares: readonly Share[];
  /** 0 where there is none. */
  readonly bias: number;
  readonly sum: number;
}

/** The largest of the numbers under a window. */
export interface Maximum extends Grid {
  readonly kind: 'maximum';
  /** Which number of the grid it is, the first of equal ones; −1 where the window lies in the padding. */
  readonly chosen: number;
}

/** Signals put back to where their maxima were: the input under one window. */
export interface Unpooled extends Grid {
  readonly kind: 'unpooled';
  /** The windows in which the unit lies: their signals, and the places in the input that their switches recorded. */
  readonly windows: Grid & { readonly switches: readonly number[] };
  /** Σ of the signals whose switches are at the unit. */
  readonly sum: number;
}

/** Numbers kept between two bounds, of a unit and of those around it. */
export interface Clamped extends Grid {
  readonly kind: 'clamped';
  readonly low: number;
  readonly high: number;
  /** What becomes of each number. */
  readonly after: readonly number[];
}

/** What the three rules make of the same signals at a ReLU. */
export interface Ruled extends Grid {
  readonly kind: 'ruled';
  /** The output there on the way forward. */
  readonly output: readonly number[];
  /** Whether it is strictly between the bounds, and so lets signals pass. */
  readonly active: readonly boolean[];
  readonly gradient: readonly number[];
  readonly guided: readonly number[];
  readonly deconvnet: readonly number[];
}

export type Forward = Products | Maximum | Clamped;
export type Backward = Products | Unpooled | Ruled;

/** Numbers of the input with this index. */
export type Read = (input: number) => ArrayLike<number>;

/** Where in the node a walk passes: from a unit of its first input to one of its first output, as flat indices. */
export interface Passage {
  readonly from: number;
  readonly to: number;
}

/** The arithmetic of one op at one unit, number by number, in float64 on the numbers that it is given. For one picture. */
export interface Explanation<A = Attributes> {
  /** How the unit `to` of its output comes about. */
  forward(context: NodeContext<A>, read: Read, to: number): Forward;
  /** What comes back to the unit `from` of its input of the signal dy at its output; `recorded` is what {@link records} names. */
  backward(
    context: NodeContext<A>,
    read: Read,
    passage: Passage,
    dy: ArrayLike<number>,
    recorded: ArrayLike<number> | undefined,
  ): Backward;
  /** The output that the way back has to know besides dy. */
  readonly records?: number;
}

/** A flat index as an index for each axis. */
export function unravel(index: number, shape: readonly number[]): number[] {
  const place = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return place;
}

/** The numbers at places; 0 where there is none. */
export function valuesAt(numbers: ArrayLike<number>, places: readonly number[]): number[] {
  return places.map((place) => (place < 0 ? 0 : numbers[place]!));
}
