import type { Model } from '../engine/model.ts';
import { within } from '../within.ts';
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

/** How long to wait for the browser's storage before going on without, ms. */
const PATIENCE_MS = 2000;

/** Lists of an earlier visit, complete or not; undefined where there are none, or no storage that answers. */
export async function cachedIndex(key: TopKey, patienceMs: number = PATIENCE_MS): Promise<TopIndex | undefined> {
  const read = async (address: string): Promise<unknown> =>
    (await (await caches.open(TOP_CACHE_NAME)).match(address))?.json();
  try {
    const address = await addressOf(key);
    const json = address && (await within(patienceMs, read(address), () => undefined));
    return json ? parseTopIndex(json, 'the cache') : undefined;
  } catch {
    // A cache is a convenience: where it fails, the lists are made again
    return undefined;
  }
}

/** Keeps lists for the next visit, where the browser lets the page. */
export async function cacheIndex(key: TopKey, index: TopIndex, patienceMs: number = PATIENCE_MS): Promise<void> {
  const write = async (address: string): Promise<void> =>
    (await caches.open(TOP_CACHE_NAME)).put(address, Response.json(index));
  try {
    const address = await addressOf(key);
    if (address) await within(patienceMs, write(address), () => undefined);
  } catch {
    // See above
  }
}

async function addressOf({ model, ...rest }: TopKey): Promise<string | undefined> {
  const hash = await modelHash(model);
  return hash && new URL(`?top-patches=${await textHash(JSON.stringify([hash, rest]))}`, location.href).href;
}
