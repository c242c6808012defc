import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { byCodeUnits, corpusOfFiles, corpusOfIndex, ImageError, type CorpusEntry } from '../src/internal.ts';
import { UsageError } from './command.ts';

/** A part of a corpus, from 1 on. */
export interface Shard {
  readonly number: number;
  readonly of: number;
}

/** Reads `3/16`. Throws {@link UsageError}. */
export function shardOf(written: string): Shard {
  const [, number = NaN, of = NaN] = (/^(\d{1,7})\/(\d{1,7})$/.exec(written) ?? []).map(Number);
  if (number >= 1 && number <= of) return { number, of };
  throw new UsageError(`"${written}" is no shard: the third of sixteen is 3/16`);
}

/** Files that are taken for pictures in a folder; whoever reads one says where it is none. */
const PICTURE = /\.(jpe?g|jfif|png|webp|gif|bmp|avif|tiff?|heic)$/i;

/**
 * The pictures of a folder with those below it, of a JSON list or of a zip file, in the order of their ids, which is the same on
 * every machine. Of those the shard's, dealt out one by one: each has some of every folder. A folder may hold any number. Throws
 * {@link UsageError} where a shard would have none.
 */
export async function picturesOf(
  corpus: string,
  shard: Shard | undefined,
  signal: AbortSignal,
): Promise<readonly CorpusEntry[]> {
  const all = await entriesOf(corpus, signal);
  const ordered = [...all].sort((a, b) => byCodeUnits(a.id, b.id));
  if (shard && shard.of > ordered.length) {
    throw new UsageError(`--shard: there are ${ordered.length} pictures for ${shard.of} shards`);
  }
  return shard ? ordered.filter((_, i) => i % shard.of === shard.number - 1) : ordered;
}

async function entriesOf(corpus: string, signal: AbortSignal): Promise<Iterable<CorpusEntry>> {
  if (/^https?:/i.test(corpus)) return (await corpusOfIndex(corpus, { signal })).entries.values();
  const found = await stat(corpus).catch(() => undefined);
  if (!found) throw new ImageError(`there is no file or folder "${corpus}"`);
  if (found.isDirectory()) return entriesUnder(corpus);
  if (!/\.zip$/i.test(corpus)) return (await corpusOfIndex(corpus, { signal })).entries.values();
  const zip = new File([await openAsBlob(corpus)], basename(corpus), { lastModified: found.mtimeMs });
  return (await corpusOfFiles([zip])).entries.values();
}

async function entriesUnder(folder: string): Promise<CorpusEntry[]> {
  const found: CorpusEntry[] = [];
  const visit = async (path: string, id: string): Promise<void> => {
    for (const file of await readdir(path, { withFileTypes: true })) {
      if (file.name.startsWith('.')) continue;
      const [inside, name] = [join(path, file.name), `${id}${file.name}`];
      if (file.isDirectory()) await visit(inside, `${name}/`);
      else if (PICTURE.test(file.name)) found.push({ id: name, open: () => Promise.resolve(pathToFileURL(inside)) });
    }
  };
  await visit(folder, '');
  if (found.length === 0) throw new ImageError(`there is no picture in "${folder}"`);
  return found;
}

/** The same pictures until somebody breaks off: what went through until then is whole. */
export function* until(signal: AbortSignal, entries: Iterable<CorpusEntry>): Generator<CorpusEntry, void, undefined> {
  for (const entry of entries) {
    if (signal.aborted) return;
    yield entry;
  }
}
