import type { NodeContext, Result } from '../../ir/op.ts';
import type { Attributes } from '../../ir/graph.ts';
import { expectAxis, expectRank } from '../internal/check.ts';
import { expectPairs, jointColumns } from './pairs.ts';

/** Points of an invocation: lanes of a vec4. */
const TILE = 4;
/** A part shorter than this costs more to begin and to add up than it saves. */
const SHORTEST_SPAN = 64;
/** Enough to keep a GPU busy. The same everywhere: it decides in which order numbers are added. */
const INVOCATIONS = 4096;

interface Parts {
  readonly n: number;
  readonly tiles: number;
  readonly parts: number;
  /** Points of a part. */
  readonly span: number;
}

/** How the sums over all other points are split. */
export function partsOf(n: number): Parts {
  const tiles = Math.ceil(n / TILE);
  const wanted = Math.min(Math.ceil(INVOCATIONS / tiles), Math.ceil(n / SHORTEST_SPAN));
  const span = Math.ceil(n / wanted);
  return { n, tiles, span, parts: Math.ceil(n / span) };
}

type Context = Omit<NodeContext<Attributes>, 'outputs'>;

/** Shape [quantities, parts, n] of the sums over p [n, columns] and points y [2, n]. */
export function inferSums({ node, inputs: [p, y] }: Context, quantities: number): readonly Result[] {
  const n = expectPairs(node, 'p', p!, jointColumns);
  expectRank(node, 'y', y!, 2);
  expectAxis(node, 'y', y!, 0, 2);
  expectAxis(node, 'y', y!, 1, n);
  return [{ dtype: 'float32', shape: [quantities, partsOf(n).parts, n] }];
}

/** What a pair adds to the sums of its first point: p, and how the points lie to each other. */
export type Terms = (p: number, w: number, dx: number, dy: number) => readonly number[];

/** The sums in float64. */
export function evaluateSums(p: Float64Array, y: Float64Array, quantities: number, terms: Terms): Float64Array {
  const n = y.length / 2;
  const columns = p.length / n;
  const { parts, span } = partsOf(n);
  const sums = new Float64Array(quantities * parts * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const [dx, dy] = [y[i]! - y[j]!, y[n + i]! - y[n + j]!];
      const part = Math.floor(j / span);
      const added = terms(p[i * columns + j]!, 1 / (1 + dx * dx + dy * dy), dx, dy);
      for (let q = 0; q < quantities; q++) sums[(q * parts + part) * n + i]! += added[q]!;
    }
  }
  return sums;
}
