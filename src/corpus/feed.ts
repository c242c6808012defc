import type { Sample } from '../engine/model.ts';
import { checkList, checkText, shown } from '../check.ts';
import { ArgumentError, ImageError, ModelFormatError } from '../errors.ts';
import { MAX_CORPUS_IMAGES, MAX_NAME_LENGTH } from '../limits.ts';
import type { ImageSource } from '../models/image.ts';
import { fetchJson } from '../models/fetch.ts';
import type { CorpusEntry, CorpusImage } from './entry.ts';
import { isSheet, tilesOf } from './sheet.ts';

/** Characters of a wrong value that an error repeats. */
const MAX_SHOWN = 80;

/** Pictures to feed to a network, one after the other. May be gone through any number of times. */
export class Corpus implements AsyncIterable<CorpusImage> {
  readonly entries: ReadonlyMap<string, CorpusEntry>;
  /** The same text for the same pictures; caches keep results under it. */
  readonly key: string;
  /** What it calls itself, and where all of it is from. */
  readonly about: { readonly title?: string | undefined; readonly credit?: string | undefined };

  /** Throws {@link ArgumentError} where there is nothing, or too much. */
  constructor(entries: readonly CorpusEntry[], key: string, about: Corpus['about'] = {}) {
    if (entries.length === 0) throw new ArgumentError('there is no picture', { where: 'the corpus' });
    checkCount(entries.length, 'the corpus');
    this.entries = new Map(distinct(entries).map((entry) => [entry.id, entry]));
    this.key = key;
    this.about = about;
  }

  get size(): number {
    return this.entries.size;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<CorpusImage> {
    for (const { open, ...about } of this.entries.values()) yield { ...about, image: await open() };
  }
}

/** Pictures as they are, or such as are still to be opened. */
export type Pictures = AsyncIterable<CorpusImage | CorpusEntry> | Iterable<CorpusImage | CorpusEntry>;

/** The same, to be opened one by one: of a corpus, a picture that cannot be opened leaves the others alone. */
export async function* entriesOf(pictures: Pictures): AsyncGenerator<CorpusEntry, void, undefined> {
  if (pictures instanceof Corpus) yield* pictures.entries.values();
  else for await (const picture of pictures) yield 'open' in picture ? picture : entryOf(picture);
}

function entryOf({ image, ...about }: CorpusImage): CorpusEntry {
  return { ...about, open: () => Promise.resolve(image) };
}

function checkCount(count: number, where: string): void {
  if (count <= MAX_CORPUS_IMAGES) return;
  throw new ArgumentError('there are too many pictures', {
    where,
    expected: `at most ${MAX_CORPUS_IMAGES.toLocaleString('en')}`,
    got: count.toLocaleString('en'),
  });
}

/** Pictures by their addresses, which are relative to the page. */
export function corpusOfUrls(urls: readonly string[]): Corpus {
  const distinct = [...new Set(checkList('the list of addresses', urls).map((url) => checkText('an address', url)))];
  const entries = distinct.map((url) => ({ id: url, open: () => Promise.resolve(url) }));
  return new Corpus(entries, JSON.stringify(distinct));
}

/**
 * The pictures of a JSON file: `{"images": [{"file": "bee.jpg", "label": …, "title": …, "author": …, "licence": …,
 * "source": …}]}`, of which only `file` must be there, relative to the JSON, and may stand alone; the list alone; or a sheet of tiles, see
 * site/data/fashion-mnist-1000.json. An entry that makes no sense is a picture that cannot be read, as long as others do.
 * Throws ModelFetchError, ModelFormatError, ArgumentError.
 */
export async function corpusOfIndex(
  url: string | URL,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Corpus> {
  const { json, base } = await fetchJson(url, { signal });
  const { images, ...about } = (json ?? {}) as Readonly<Record<string, unknown>>;
  if (isSheet(about)) {
    checkCount(about.labels.length, base);
    const credit = [about.source, about.licence].filter(isText).join('; ') || undefined;
    const title = isText(about.title) ? about.title : undefined;
    return new Corpus(tilesOf(about, base), JSON.stringify([base, about]), { title, credit });
  }
  const list: unknown = Array.isArray(json) ? json : images;
  if (!Array.isArray(list)) {
    throw new ModelFormatError('not the index of a corpus', {
      where: base,
      expected: 'a list, an object with a list "images", or a sheet of tiles',
      got: JSON.stringify(json).slice(0, 40),
    });
  }
  checkCount(list.length, base);
  return new Corpus(described(list, base), JSON.stringify([base, list]));
}

/** Throws the first entry's {@link ModelFormatError} where none makes sense. */
function described(list: readonly unknown[], base: string): CorpusEntry[] {
  let fault: ModelFormatError | undefined;
  let sound = list.length === 0;
  const entries = list.map((image, i) => {
    const where = `${base}, image ${String(i)}`;
    try {
      const entry = describedEntry(image, where, base);
      sound = true;
      return entry;
    } catch (cause) {
      if (!(cause instanceof ModelFormatError)) throw cause;
      fault ??= cause;
      return brokenEntry(`image ${String(i)}`, cause);
    }
  });
  if (!sound) throw fault!;
  return entries;
}

function describedEntry(image: unknown, where: string, base: string): CorpusEntry {
  const texts = (typeof image === 'string' ? { file: image } : (image ?? {})) as Readonly<Record<string, unknown>>;
  const wrong = (what: string, value: unknown): ModelFormatError =>
    new ModelFormatError(what, { where, got: textOf(value) });
  const text = (name: string): string | undefined => {
    const value = texts[name];
    if (value === undefined || (isText(value) && (name === 'file' || value.length <= MAX_NAME_LENGTH))) return value;
    throw wrong(`"${name}" is no text of at most ${MAX_NAME_LENGTH.toLocaleString('en')} characters`, value);
  };
  const file = text('file');
  if (!file) throw wrong('"file" is missing', image);
  if (!URL.canParse(file, base)) throw wrong('"file" is no address', file);
  const credit = ['title', 'author', 'licence'].map(text).filter(Boolean).join(', ');
  return {
    id: file,
    label: text('label'),
    credit: credit || undefined,
    source: text('source'),
    open: () => Promise.resolve(new URL(file, base)),
  };
}

/** An entry that will be skipped, and told of, when its turn comes. */
function brokenEntry(id: string, { message }: ModelFormatError): CorpusEntry {
  // Without the full stop, which the other error sets again
  return { id, open: () => Promise.reject(new ImageError(message.slice(0, -1))) };
}

/** As JSON, which has no text for undefined. */
function textOf(value: unknown): string {
  return (JSON.stringify(value) as string | undefined)?.slice(0, MAX_SHOWN) ?? 'nothing';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/**
 * Files that a reader picked or dropped. Zip files stand for what is in them. Hidden files are left out; others are tried,
 * and whoever reads the pictures says which ones are none.
 */
export async function corpusOfFiles(given: Iterable<File>): Promise<Corpus> {
  const files = listOf(given);
  const lists = await Promise.all(files.map(entriesOfFile));
  const entries = lists.flat().filter(({ id }) => !/(^|\/)(\.|__MACOSX\/|Thumbs\.db$)|\/$/.test(id));
  const stamps = files.map((file) => [pathOf(file), file.size, file.lastModified]);
  return new Corpus(entries, JSON.stringify(stamps));
}

/** A list or a FileList, of files of any window. */
function listOf(given: Iterable<File> | undefined): readonly File[] {
  const files = typeof given?.[Symbol.iterator] === 'function' ? [...given] : undefined;
  const tag = (file: unknown): unknown => Object.prototype.toString.call(file);
  if (files?.every((file) => tag(file) === '[object File]')) return files;
  throw new ArgumentError('these are no files', {
    where: 'the corpus',
    expected: 'a list of files',
    got: shown(given),
  });
}

/** The files of a drop, those in folders included. To be called within the event: later the browser forgets them. */
export async function droppedFiles({ items }: DataTransfer): Promise<File[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map(filesUnder))).flat();
}

async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    paths.set(file, entry.fullPath.replace(/^\//, ''));
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives some entries at a time, none when it is through
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) break;
    found.push(...some);
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(found.map(filesUnder))).flat();
}

/** Where dropped files lay in their folder. */
const paths = new WeakMap<File, string>();

function pathOf(file: File): string {
  return paths.get(file) ?? (file.webkitRelativePath || file.name);
}

function isZip({ name, type }: File): boolean {
  return /\.zip$/i.test(name) || type === 'application/zip';
}

async function entriesOfFile(file: File): Promise<CorpusEntry[]> {
  return isZip(file) ? entriesOfZip(file) : [{ id: pathOf(file), open: () => Promise.resolve(file) }];
}

/** The files in a zip file. Throws {@link ArgumentError} where it is none, or too large. */
async function entriesOfZip(zip: File): Promise<CorpusEntry[]> {
  const { zipMembers } = await import('./unzip.ts');
  return (await zipMembers(zip)).map(({ name, open }) => ({ id: name, open }));
}

/** With numbers behind names that come again. */
function distinct(entries: readonly CorpusEntry[]): CorpusEntry[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    let { id } = entry;
    while (taken.has(id)) {
      const n = (counts.get(entry.id) ?? 1) + 1;
      counts.set(entry.id, n);
      id = `${entry.id} (${String(n)})`;
    }
    taken.add(id);
    return { ...entry, id };
  });
}

/** A picture that could not be read, and why. */
export interface Skipped {
  readonly id: string;
  readonly reason: string;
}

export interface PreparedImage {
  readonly id: string;
  readonly sample: Sample;
}

export interface PrepareOptions {
  /** Pictures that are not wanted. */
  readonly without?: ReadonlySet<string> | undefined;
  /** How many are being read at once. */
  readonly ahead?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onSkip?: ((skipped: Skipped) => void) | undefined;
}

/** Makes of a picture what a network sees: a Model, or what does the same. */
export interface PicturePreparer {
  prepare(source: ImageSource, options?: { readonly signal?: AbortSignal | undefined }): Promise<Sample>;
}

/** The pictures as the network sees them, in order. Those that cannot be read are left out, and told of. */
export async function* preparedImages(
  model: PicturePreparer,
  corpus: Pictures,
  { without, ahead = 4, signal, onSkip }: PrepareOptions = {},
): AsyncGenerator<PreparedImage, void, undefined> {
  const prepare = async ({ id, open }: CorpusEntry): Promise<PreparedImage | Skipped> => {
    try {
      return { id, sample: await model.prepare(await open(), { signal }) };
    } catch (cause) {
      if (cause instanceof ImageError) return { id, reason: cause.message };
      throw cause;
    }
  };
  const pending: Promise<PreparedImage | Skipped>[] = [];
  const settle = async (): Promise<PreparedImage | undefined> => {
    const result = await pending.shift()!;
    if ('sample' in result) return result;
    onSkip?.(result);
    return undefined;
  };
  for await (const entry of entriesOf(corpus)) {
    signal?.throwIfAborted();
    if (without?.has(entry.id)) continue;
    const preparing = prepare(entry);
    preparing.catch(() => undefined); // met when its turn comes, unless the work is given up
    pending.push(preparing);
    if (pending.length < ahead) continue;
    const ready = await settle();
    if (ready) yield ready;
  }
  while (pending.length > 0) {
    const ready = await settle();
    if (ready) yield ready;
  }
}
