import type { GraphBuilder } from '../../ir/builder.ts';
import { float32, tensor, type Tensor } from '../../tensor/tensor.ts';

/** What an element is made of: index → weight. */
export type Shares = ReadonlyMap<number, number>;

/** Appends the numbers that `resample` takes: elements made of so many neighbours from a first one on, among `size`. */
export function weightTable(
  builder: GraphBuilder,
  name: string,
  rows: readonly Shares[],
  size: number,
): [string, string] {
  const spans = rows.map((row) => {
    const indices = [...row.keys()].filter((index) => row.get(index) !== 0);
    const low = indices.reduce((a, b) => Math.min(a, b), size - 1);
    return { low, count: indices.reduce((a, b) => Math.max(a, b), low) - low + 1 };
  });
  const taps = spans.reduce((most, { count }) => Math.max(most, count), 1);
  const first = spans.map(({ low }) => Math.min(low, size - taps));
  const weights = new Float32Array(rows.length * taps);
  for (const [i, row] of rows.entries()) {
    for (const [index, weight] of row) if (weight !== 0) weights[i * taps + index - first[i]!] = weight;
  }
  return [
    builder.constant(`${name}/first`, tensor('uint32', [rows.length], first)),
    builder.constant(`${name}/weights`, float32([rows.length, taps], weights)),
  ];
}

/** The adjoint: what each of `size` elements adds to. */
export function turned(first: Tensor, { shape: [, taps = 0], data }: Tensor, size: number): Shares[] {
  const rows = Array.from({ length: size }, () => new Map<number, number>());
  for (const [i, weight] of data.entries()) {
    const at = Math.floor(i / taps);
    rows[first.data[at]! + (i % taps)]!.set(at, weight);
  }
  return rows;
}
