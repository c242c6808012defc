import type { Model } from '../engine/model.ts';
import { modelHash, textHash } from './model-hash.ts';
import { parseTopIndex, type TopIndex } from './top-index.ts';

/** Name of the store in Cache Storage; `caches.delete` of it frees everything. */
export const TOP_CACHE_NAME = 'unpool-top-patches';

/** What lists are of: the network, the corpus, and how they are kept. */
export interface TopKey {
  readonly model: Model;
  /** {@link Corpus.key} */
  readonly corpus: string;
  readonly layers: readonly string[];
  readonly count: number;
  readonly each: TopIndex['each'];
}

/** Lists of an earlier visit, complete or not; undefined where there are none, or no storage. */
export async function cachedIndex(key: TopKey): Promise<TopIndex | undefined> {
  try {
    const address = await addressOf(key);
    const response = address && (await (await caches.open(TOP_CACHE_NAME)).match(address));
    return response ? parseTopIndex(await response.json(), 'the cache') : undefined;
  } catch {
    // A cache is a convenience: where it fails, the lists are made again
    return undefined;
  }
}

/** Keeps lists for the next visit, where the browser lets the page. */
export async function cacheIndex(key: TopKey, index: TopIndex): Promise<void> {
  try {
    const address = await addressOf(key);
    if (address) await (await caches.open(TOP_CACHE_NAME)).put(address, Response.json(index));
  } catch {
    // See above
  }
}

async function addressOf({ model, ...rest }: TopKey): Promise<string | undefined> {
  const hash = await modelHash(model);
  return hash && new URL(`?top-patches=${await textHash(JSON.stringify([hash, rest]))}`, location.href).href;
}
