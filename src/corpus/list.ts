import { ImageError } from '../errors.ts';
import { loadImage } from '../models/image.ts';
import { get, resolveUrl } from '../models/internal/http.ts';
import { cropPicture, toImageData } from '../models/picture.ts';
import type { CorpusImage } from './feed.ts';

/** Pictures that somebody listed. */
export interface CorpusList {
  /** What the list calls itself. */
  readonly title: string | undefined;
  /** Where they are from and under which licence, in words. */
  readonly credit: string | undefined;
  readonly count: number;
  readonly images: AsyncIterable<CorpusImage>;
}

/** Pictures that lie on one sheet, row after row, as tiles. */
interface Sheet {
  readonly sheet: string;
  /** Width and height of a tile, px. */
  readonly tile: readonly [number, number];
  readonly classes: readonly string[];
  /** Index of each tile's class. */
  readonly labels: readonly number[];
  readonly title?: string;
  readonly source?: string;
  readonly licence?: string;
}

type Entry = string | { readonly src: string; readonly label?: string };

/**
 * Reads a list of pictures as JSON: addresses, or `{ "src", "label" }`, relative to the list; or a sheet of tiles, see
 * site/data/fashion-mnist-1000.json. Pictures are fetched as the iteration reaches them. Throws {@link ImageError}.
 */
export async function loadCorpus(
  source: string | URL,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CorpusList> {
  const url = resolveUrl(source, ImageError);
  const response = await get(url, signal, ImageError);
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ImageError('the list of pictures is not JSON', { where: url.href, cause });
  }
  if (isList(json)) {
    return { title: undefined, credit: undefined, count: json.length, images: listed(json, url) };
  }
  if (isSheet(json)) {
    const credit = [json.source, json.licence].filter(Boolean).join('; ');
    return { title: json.title, credit, count: json.labels.length, images: tiles(json, url, signal) };
  }
  throw new ImageError('the JSON is no list of pictures', {
    where: url.href,
    expected: '[address or { "src", "label" }, …], or { "sheet", "tile", "classes", "labels" }',
  });
}

function isList(json: unknown): json is Entry[] {
  const isEntry = (entry: unknown): boolean =>
    typeof entry === 'string' ||
    (typeof entry === 'object' && entry !== null && 'src' in entry && typeof entry.src === 'string');
  return Array.isArray(json) && json.every(isEntry);
}

function isSheet(json: unknown): json is Sheet {
  if (typeof json !== 'object' || json === null) return false;
  const { sheet, tile, classes, labels } = json as Partial<Record<keyof Sheet, unknown>>;
  return typeof sheet === 'string' && [tile, classes, labels].every(Array.isArray) && (tile as number[]).length === 2;
}

// eslint-disable-next-line @typescript-eslint/require-await -- as asynchronous as a sheet
async function* listed(entries: readonly Entry[], base: URL): AsyncGenerator<CorpusImage> {
  for (const entry of entries) {
    const { src, label } = typeof entry === 'string' ? { src: entry, label: undefined } : entry;
    yield { id: src, image: new URL(src, base), label };
  }
}

async function* tiles(
  { sheet, tile: [width, height], classes, labels }: Sheet,
  base: URL,
  signal: AbortSignal | undefined,
): AsyncGenerator<CorpusImage> {
  const picture = await loadImage(new URL(sheet, base), { signal });
  const columns = Math.floor(picture.width / width);
  for (const [i, id] of labels.entries()) {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
    const label = classes[id];
    yield { id: `${sheet}, picture ${i}`, image: toImageData(cropPicture(picture, x, y, width, height)), label };
  }
}
