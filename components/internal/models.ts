import { loadModel, type LoadOptions, type LoadProgress, type Model } from '../../src/internal.ts';

/** How long a network is kept after the last figure left: long enough for a page that replaces one by another. */
const KEEP_MS = 3000;

interface Entry {
  readonly model: Promise<Model>;
  readonly abort: AbortController;
  readonly listeners: Set<(progress: LoadProgress) => void>;
  users: number;
  timer?: ReturnType<typeof setTimeout>;
}

const entries = new Map<string, Entry>();

/** A figure's hold on a network of the page. */
export interface Lease {
  readonly model: Promise<Model>;
  /** Follows the download; returns what stops it. */
  listen(onProgress: (progress: LoadProgress) => void): () => void;
  /** May be called again. */
  release(): void;
}

/**
 * The page's one copy of a network, loaded when first asked for and freed shortly after the last release. `key` stands
 * for source and options together. It is opened on the page's backend by who first needs that. A network that failed to
 * load is tried again by the next who asks.
 */
export function leaseModel(key: string, source: string | Blob, options: LoadOptions): Lease {
  const entry = entries.get(key) ?? load(key, source, options);
  clearTimeout(entry.timer);
  entry.users++;
  let held = true;
  return {
    model: entry.model,
    listen: (onProgress) => {
      entry.listeners.add(onProgress);
      return () => entry.listeners.delete(onProgress);
    },
    release: () => {
      if (!held) return;
      held = false;
      if (--entry.users > 0) return;
      entry.timer = setTimeout(() => {
        free(key, entry);
      }, KEEP_MS);
    },
  };
}

function load(key: string, source: string | Blob, options: LoadOptions): Entry {
  const listeners: Entry['listeners'] = new Set();
  const abort = new AbortController();
  const onProgress = (progress: LoadProgress): void => {
    for (const listener of listeners) listener(progress);
  };
  const model = loadModel(source, { ...options, later: true, signal: abort.signal, onProgress });
  const entry: Entry = { model, abort, listeners, users: 0 };
  entries.set(key, entry);
  model.catch(() => {
    if (entries.get(key) === entry) entries.delete(key);
  });
  return entry;
}

function free(key: string, entry: Entry): void {
  if (entries.get(key) === entry) entries.delete(key);
  entry.abort.abort();
  entry.model.then(
    (model) => {
      model.dispose();
    },
    () => undefined,
  );
}
