import type { KernelExports } from './kernels.ts';
import { blockHeights, type FilterOrder } from './filters.ts';
import {
  BYTES,
  finishWith,
  inParts,
  Layout,
  operationsOf,
  UNBOUNDED,
  type Axis,
  type ConvolutionShape,
  type FilterPacking,
  type Finish,
  type Ground,
  type Places,
  type Plan,
} from './plan.ts';
import { evenly, LONGEST_CHUNK, Products, TILE, WIDE } from './products.ts';
import { Source } from './source.ts';

/** Products that a tile takes. */
const PRODUCTS = 16;
/** Channels below which the transforms take longer than they save. */
const LEAST_CHANNELS = 16;
/** Pixels that whole pairs of tiles have for each that is wanted: beyond, nothing is saved. */
const MOST_WASTE = 1.5;
/** Columns of results of a pair of tiles. */
const ACROSS = 4;
/** Pairs of a panel. */
const PAIRS = WIDE / 2;
/** Transformed numbers of a block, before and after its products: they stay in the second cache. */
const TRANSFORMED = 96 * 1024;
/** Puts the sixteen on different lines of the caches: a power of two apart they would push each other out. */
const APART = 16;
/**
 * Bits of 2⁹⁶, below which all that is summed up stays finite. An image with more, or with ∞ or NaN, is not transformed:
 * differences would make NaN of ∞, and spread it over tiles that do not all look at it.
 */
const LARGE = (96 + 127) << 23;

/** Whether the tiles pay. */
export function isWinograd({ c, k, windows: { h, w } }: ConvolutionShape): boolean {
  const fits = ({ kernel, stride, dilation }: Axis): boolean => kernel === 3 && stride === 1 && dilation === 1;
  if (!fits(h) || !fits(w) || c < LEAST_CHANNELS || k < LEAST_CHANNELS) return false;
  const made = 2 * Math.ceil(h.count / 2) * ACROSS * Math.ceil(w.count / ACROSS);
  return made <= MOST_WASTE * h.count * w.count;
}

/** The transforms G·g·Gᵀ of filters: [group][16][block][channel][rows]. */
function transformed(kernels: KernelExports, { group, c, k }: ConvolutionShape, order: FilterOrder): FilterPacking {
  const { start } = order;
  const steps = [order.group, order.k, order.c, ...order.tap] as const;
  return {
    order: `F(2×2, 3×3) of ${group}·${k}·${c} filters: ${start} ${steps.join(' ')}`,
    size: PRODUCTS * group * k * c,
    pack: (from, to) => {
      const [groupStep, kStep, cStep, down, across] = steps.map((step) => BYTES * step) as [...typeof steps];
      kernels.packTransformed(from + BYTES * start, group, groupStep, k, kStep, c, cStep, down, across, to);
    },
  };
}

export function winograd(
  ground: Ground,
  kernels: KernelExports,
  shape: ConvolutionShape,
  order: FilterOrder,
  finish: Finish,
): Plan {
  const layout = new Layout();
  const tiles = new Tiles(ground, kernels, shape, finish, layout);
  return {
    filters: transformed(kernels, shape, order),
    scratch: layout.bytes,
    bind: (at) =>
      inParts(ground, shape.n, tiles.units, operationsOf(shape), (image, first, end) => {
        tiles.run(at, image, first, end);
      }),
  };
}

/** The tiles of an image, a block of pairs of a group at a time. */
class Tiles {
  readonly units: number;
  readonly #ground: Ground;
  readonly #kernels: KernelExports;
  readonly #shape: ConvolutionShape;
  readonly #finish: Finish;
  readonly #source: Source;
  /** Pairs of a row of tiles, of all rows, of a block. */
  readonly #across: number;
  readonly #pairs: number;
  readonly #atOnce: number;
  readonly #blocks: number;
  /** Channels of a product. */
  readonly #chunk: number;
  /** Bytes from one of the sixteen to the next. */
  readonly #before: number;
  readonly #after: number;
  readonly #at: Readonly<Record<'copy' | 'zeros' | 'before' | 'after' | 'tile' | 'filters', number>>;
  /** Of images that are not transformed. */
  readonly #products: Products;
  #exact = false;

  constructor(ground: Ground, kernels: KernelExports, shape: ConvolutionShape, finish: Finish, layout: Layout) {
    const { group, c, k, windows } = shape;
    this.#ground = ground;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#finish = finish;
    this.#across = Math.ceil(windows.w.count / ACROSS);
    const down = Math.ceil(windows.h.count / 2);
    this.#source = new Source(shape, { tall: 2 * down + 2, wide: ACROSS * this.#across + 2 });
    this.#pairs = down * this.#across;
    const panelsAtOnce = Math.max(1, Math.floor(TRANSFORMED / ((c + k) * PRODUCTS * WIDE)));
    this.#atOnce = PAIRS * evenly(Math.ceil(this.#pairs / PAIRS), panelsAtOnce);
    this.#blocks = Math.ceil(this.#pairs / this.#atOnce);
    this.units = group * this.#blocks;
    this.#chunk = evenly(c, LONGEST_CHUNK);
    const panels = (this.#atOnce / PAIRS) * WIDE;
    this.#before = BYTES * (panels * c + APART);
    this.#after = BYTES * (panels * k + APART);
    const copy = this.#source.take(layout);
    const zeros = layout.take(group * k);
    // What the sixteen products need, and what the plain ones need instead, lie in the same place.
    const others = new Layout();
    others.take(layout.bytes / BYTES);
    this.#products = new Products(ground, shape, this.#source, finish, others);
    const filters = others.take(9 * group * k * c);
    this.#at = {
      copy,
      zeros,
      before: layout.take((PRODUCTS * this.#before) / BYTES),
      after: layout.take((PRODUCTS * this.#after) / BYTES),
      tile: layout.take(TILE),
      filters,
    };
    layout.take(Math.max(0, others.bytes - layout.bytes) / BYTES);
  }

  run(places: Places, image: number, first: number, end: number): void {
    const { group, c, k, windows } = this.#shape;
    const { x, scratch } = places;
    const { memory } = this.#ground;
    if (first === 0) {
      const from = x + BYTES * image * group * c * windows.h.size * windows.w.size;
      this.#exact = this.#source.copy(this.#kernels, from, group * c, scratch + this.#at.copy) >= LARGE;
      memory.floats(scratch + this.#at.zeros, group * k).fill(0);
      if (this.#exact) this.#restoreFilters(places);
    }
    const results = BYTES * image * group * k * windows.h.count * windows.w.count;
    const own = {
      ...places,
      bias: places.bias || scratch + this.#at.zeros,
      operand: places.operand && places.operand + results,
      y: places.y + results,
    };
    if (this.#exact) {
      const filters = scratch + this.#at.filters;
      this.#products.prepare(memory, scratch);
      const at = this.#splitOf(first, end);
      this.#products.run(...at, { ...own, x: scratch + this.#at.copy, filters });
    } else for (let unit = first; unit < end; unit++) this.#runBlock(unit, own);
  }

  /** The share of the plain products that some units are. */
  #splitOf(first: number, end: number): [number, number] {
    const share = (unit: number): number => Math.floor((unit * this.#products.units) / this.units);
    return [share(first), share(end)];
  }

  #restoreFilters({ filters, scratch }: Places): void {
    const { group, c, k } = this.#shape;
    let to = scratch + this.#at.filters;
    for (let i = 0; i < group; i++) {
      let from = filters + BYTES * i * PRODUCTS * k * c;
      for (const rows of blockHeights(k, this.#kernels.rowsOf)) {
        this.#kernels.winogradFilters(from, BYTES * k * c, c, rows, to);
        from += BYTES * rows * c;
        to += 9 * BYTES * rows * c;
      }
    }
  }

  #runBlock(unit: number, { filters, bias, operand, y, scratch }: Places): void {
    const { c, k, windows } = this.#shape;
    const { tall, wide, plane } = this.#source;
    const kernels = this.#kernels;
    const group = Math.floor(unit / this.#blocks);
    const first = (unit % this.#blocks) * this.#atOnce;
    const count = Math.min(this.#atOnce, this.#pairs - first);
    const columns = WIDE * Math.ceil(count / PAIRS);
    const [before, after, tile] = [this.#at.before, this.#at.after, this.#at.tile].map((at) => scratch + at) as [
      number,
      number,
      number,
    ];
    const x = scratch + this.#at.copy + BYTES * group * c * plane;
    kernels.winogradForward(x, c, tall, wide, this.#across, first, count, before, this.#before);
    for (let i = 0; i < PRODUCTS; i++) {
      for (let from = 0; from < c; from += this.#chunk) {
        kernels.product(
          k,
          columns,
          Math.min(this.#chunk, c - from),
          from,
          c,
          filters + BYTES * (group * PRODUCTS + i) * k * c,
          before + i * this.#before + BYTES * WIDE * from,
          BYTES * WIDE,
          BYTES * WIDE * c,
          after + i * this.#after,
          BYTES * columns,
          scratch + this.#at.zeros,
          from > 0,
          ...UNBOUNDED,
          tile,
        );
      }
    }
    const results = BYTES * group * k * windows.h.count * windows.w.count;
    kernels.winogradBack(
      after,
      this.#after,
      BYTES * columns,
      k,
      this.#across,
      first,
      count,
      bias + BYTES * group * k,
      y + results,
      windows.h.count,
      windows.w.count,
      ...(this.#finish.operand ? UNBOUNDED : this.#finish.clip),
    );
    if (this.#finish.operand) this.#finishRows(first, count, y + results, operand + results);
  }

  /** Finishes the results of some pairs, row by row of tiles. */
  #finishRows(first: number, count: number, y: number, operand: number): void {
    const { k, windows } = this.#shape;
    const [p, q] = [windows.h.count, windows.w.count];
    for (let pair = first; pair < first + count;) {
      const down = Math.floor(pair / this.#across);
      const end = Math.min(first + count, (down + 1) * this.#across);
      const column = ACROSS * (pair - down * this.#across);
      const columns = Math.min(q, ACROSS * (end - down * this.#across)) - column;
      for (let row = 2 * down; row < Math.min(p, 2 * down + 2); row++) {
        const at = BYTES * (row * q + column);
        const step = BYTES * p * q;
        finishWith(this.#kernels, this.#finish, { y: y + at, operand: operand + at, rows: k, columns, step });
      }
      pair = end;
    }
  }
}
