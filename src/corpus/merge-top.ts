import { checkList } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import type { Skipped } from './feed.ts';
import { joinCoverage } from './shards.ts';
import { parseTopIndex, type TopIndex, type TopLayer } from './top-index.ts';

/**
 * The strongest activations of several indices together: of shards of a corpus, whose images are then in the order of their
 * ids. Joining is associative and commutative: all shards give bit for bit what one run gives over the corpus in that order.
 * Of an image that is in several, the strongest entry counts. Throws ArgumentError where they are not of one network, or
 * follow other layers, ModelFormatError for what is none.
 */
export function mergeTopIndices(indices: readonly TopIndex[]): TopIndex {
  const given = checkList('the list of indices', indices);
  const [first] = given.map((index, i) => parseTopIndex(index, `index ${i}`));
  if (!first) throw new ArgumentError('there is no index', { expected: 'at least one' });
  const coverage = joinCoverage(indices);
  for (const index of indices) checkSame(first, index);
  const images = [...new Set(indices.flatMap((index) => index.images))].sort(byCodeUnits);
  const numbers = new Map(images.map((id, i) => [id, i]));
  const names = Object.keys(first.layers).sort(byCodeUnits);
  const layers = names.map((name) => {
    const parts = indices.map((index) => ({ lists: index.layers[name]!, ids: index.images }));
    return [name, mergeLists(parts, numbers, first)] as const;
  });
  const { format, network, count, each } = first;
  return {
    format,
    network: { name: network.name, hash: network.hash },
    count,
    each,
    images,
    skipped: mergeSkipped(indices, numbers),
    ...coverage,
    layers: Object.fromEntries(layers),
  };
}

/** The order of texts that no language decides. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function checkSame(a: TopIndex, b: TopIndex): void {
  const keyOf = ({ network, count, each, layers }: TopIndex): string => {
    const sizes = Object.entries(layers).map(([name, { channels, height, width }]) => [name, channels, height, width]);
    return JSON.stringify([
      network.name,
      network.hash,
      count,
      each,
      sizes.sort(([m], [n]) => byCodeUnits(String(m), String(n))),
    ]);
  };
  if (keyOf(a) === keyOf(b)) return;
  const said = ({ network, count, each, layers }: TopIndex): string =>
    `${count} by ${each} of ${Object.keys(layers).join(', ')} of ${network.name} (${network.hash?.slice(0, 8) ?? 'no hash'})`;
  throw new ArgumentError('the indices are of different networks, layers or lists', {
    expected: said(a),
    got: said(b),
  });
}

/** Images that some run could not read, and none could. */
function mergeSkipped(indices: readonly TopIndex[], read: ReadonlyMap<string, number>): Skipped[] {
  const reasons = new Map<string, string>();
  for (const { id, reason } of indices.flatMap((index) => index.skipped)) {
    const known = reasons.get(id);
    if (!read.has(id) && (known === undefined || reason < known)) reasons.set(id, reason);
  }
  return [...reasons].map(([id, reason]) => ({ id, reason })).sort((a, b) => byCodeUnits(a.id, b.id));
}

interface Entry {
  readonly value: number;
  readonly image: number;
  readonly position: number;
}

/** The strongest first; of equal ones the earlier image, then the first in scan order, as the op `top-k-merge` has them. */
function byStrength(a: Entry, b: Entry): number {
  return b.value - a.value || a.image - b.image || a.position - b.position;
}

function mergeLists(
  parts: readonly { readonly lists: TopLayer; readonly ids: readonly string[] }[],
  numbers: ReadonlyMap<string, number>,
  { count, each }: TopIndex,
): TopLayer {
  const { channels, height, width } = parts[0]!.lists;
  const values = new Array<number>(channels * count).fill(0);
  const images = new Array<number>(channels * count).fill(-1);
  const positions = new Array<number>(channels * count).fill(-1);
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * count;
    const entries = parts.flatMap(({ lists, ids }) =>
      Array.from({ length: count }, (_, i) => from + i)
        .filter((at) => lists.images[at]! >= 0)
        .map((at): Entry => {
          const [value, position] = [lists.values[at]!, lists.positions[at]!];
          return { value, image: numbers.get(ids[lists.images[at]!]!)!, position };
        }),
    );
    const seen = new Set<string>();
    let to = from;
    for (const { value, image, position } of entries.sort(byStrength)) {
      const key = each === 'image' ? String(image) : `${image} ${position}`;
      if (to === from + count) break;
      if (seen.has(key)) continue;
      seen.add(key);
      values[to] = value;
      images[to] = image;
      positions[to++] = position;
    }
  }
  return { channels, height, width, values, images, positions };
}
