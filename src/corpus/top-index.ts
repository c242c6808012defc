import { shown } from '../check.ts';
import type { Model } from '../engine/model.ts';
import { ArgumentError, ModelFormatError } from '../errors.ts';
import { fetchJson } from '../models/fetch.ts';
import type { Skipped } from './feed.ts';
import type { Shards } from './shards.ts';

/** The lists of a layer: `count` entries of a channel after those of the one before, each from the strongest on. */
export interface TopLayer {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Activations. */
  readonly values: readonly number[];
  /** Places in {@link TopIndex.images}; −1 where an entry is free. */
  readonly images: readonly number[];
  /** y·width + x. */
  readonly positions: readonly number[];
}

/**
 * The strongest activations of some layers in a corpus. JSON as it is: it can be saved, shipped with a page, and gone on
 * from where it is not complete.
 */
export interface TopIndex {
  readonly format: 'unpool-top-patches-1';
  /** The hash is missing where the browser has no SHA-256. */
  readonly network: { readonly name: string; readonly hash?: string | undefined };
  /** Entries of each channel. */
  readonly count: number;
  /** An entry is an image, by its strongest unit of the channel, or any unit. */
  readonly each: 'image' | 'unit';
  /** Ids of the images that went through. */
  readonly images: readonly string[];
  readonly skipped: readonly Skipped[];
  /** The whole corpus went through. */
  readonly complete: boolean;
  /** Where the corpus was shared out to several runs and some shards are still missing. */
  readonly shards?: Shards | undefined;
  readonly layers: Readonly<Record<string, TopLayer>>;
}

/** An entry of a channel's list. */
export interface TopEntry {
  /** Id of the image. */
  readonly image: string;
  readonly value: number;
  readonly at: readonly [y: number, x: number];
}

/** The lists of a layer. Throws {@link ArgumentError} saying what exists. */
export function listsOf(layers: TopIndex['layers'], layer: string): TopLayer {
  const lists = typeof layer === 'string' && Object.hasOwn(layers, layer) ? layers[layer] : undefined;
  if (lists) return lists;
  throw new ArgumentError(`the index has no layer ${shown(layer)}`, { expected: Object.keys(layers).join(', ') });
}

/** The list of a channel, from the strongest on. Throws {@link ArgumentError} saying what exists. */
export function topEntries({ layers, count, images: ids }: TopIndex, layer: string, channel: number): TopEntry[] {
  const { channels, width, values, images, positions } = listsOf(layers, layer);
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    throw new ArgumentError('there is no such channel', {
      where: `layer "${layer}"`,
      expected: `0 to ${String(channels - 1)}`,
      got: shown(channel),
    });
  }
  const places = Array.from({ length: count }, (_, i) => channel * count + i);
  return places
    .filter((at) => images[at]! >= 0)
    .map((at) => ({
      image: ids[images[at]!]!,
      value: values[at]!,
      at: [Math.floor(positions[at]! / width), positions[at]! % width],
    }));
}

/** Throws {@link ArgumentError} where the lists of a layer are of another size than the network's layer of that name. */
export function checkLayer({ layers }: TopIndex, layer: string, model: Model): void {
  const lists = Object.hasOwn(layers, layer) ? layers[layer]! : undefined;
  const [, channels = 1, height = 1, width = 1] = model.resolve(layer).shape;
  if (!lists || (lists.channels === channels && lists.height === height && lists.width === width)) return;
  throw new ArgumentError('the lists are of another network', {
    where: `layer "${layer}"`,
    expected: `${channels}×${height}×${width}`,
    got: `${lists.channels}×${lists.height}×${lists.width}`,
  });
}

/** An index from a file that a reader picked. Throws ModelFetchError, ModelFormatError. */
export async function readTopIndex(file: File): Promise<TopIndex> {
  const { json, base } = await fetchJson(file);
  return parseTopIndex(json, base);
}

/** An index from its address. Throws ModelFetchError, ModelFormatError. */
export async function fetchTopIndex(
  url: string | URL,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<TopIndex> {
  const { json, base } = await fetchJson(url, { signal });
  return parseTopIndex(json, base);
}

/** Checks JSON that is to be an index. Throws {@link ModelFormatError}. */
export function parseTopIndex(json: unknown, where: string): TopIndex {
  const index = (json ?? {}) as Readonly<Record<keyof TopIndex, unknown>>;
  const expect = (right: boolean, what: string, expected: string): void => {
    if (!right) throw new ModelFormatError(`not an index of top patches: ${what}`, { where, expected });
  };
  const { format, network, count, each, images, skipped, shards, layers } = index;
  expect(format === 'unpool-top-patches-1', 'another format', '"format": "unpool-top-patches-1"');
  const [name, hash] = [fieldOf(network, 'name'), fieldOf(network, 'hash')];
  expect(isText(name) && (hash === undefined || isText(hash)), '"network" makes no sense', '"name" and "hash", texts');
  expect(isWhole(count, 1), '"count" makes no sense', 'a whole number from 1 on');
  expect(each === 'image' || each === 'unit', '"each" makes no sense', '"image" or "unit"');
  expect(isList(images, isText), '"images" is no list of names', 'texts');
  expect(
    isList(skipped, (image) => isText(fieldOf(image, 'id')) && isText(fieldOf(image, 'reason'))),
    '"skipped" is no list of names',
    'objects with "id" and "reason"',
  );
  const of = fieldOf(shards, 'of');
  expect(
    shards === undefined ||
      (isWhole(of, 1) && isList(fieldOf(shards, 'done'), (shard) => isWhole(shard, 1, Number(of) + 1))),
    '"shards" makes no sense',
    '{"of", "done"}, whole numbers from 1 on',
  );
  expect(typeof layers === 'object' && layers !== null, '"layers" is missing', 'an object');
  for (const [name, layer] of Object.entries(layers as Record<string, unknown>)) {
    const [channels, height, width] = ['channels', 'height', 'width'].map((size) => fieldOf(layer, size));
    const fits = (list: string, check: (item: unknown, i: number) => boolean): boolean => {
      const items = fieldOf(layer, list);
      return isList(items, check) && (items as unknown[]).length === Number(channels) * Number(count);
    };
    const placed = (at: unknown, i: number): boolean =>
      isWhole(at, -1, Number(height) * Number(width)) &&
      (Number(at) >= 0 || (fieldOf(layer, 'images') as number[])[i] === -1);
    expect(
      [channels, height, width].every((size) => isWhole(size, 1)) &&
        fits('values', Number.isFinite) &&
        fits('images', (item) => isWhole(item, -1, (images as unknown[]).length)) &&
        fits('positions', placed),
      `the lists of layer "${name}" do not fit`,
      'channels · count numbers each',
    );
  }
  return json as TopIndex;
}

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isWhole(value: unknown, low: number, end = Infinity): boolean {
  return Number.isInteger(value) && Number(value) >= low && Number(value) < end;
}

function isList(list: unknown, check: (item: unknown, i: number) => boolean): boolean {
  return Array.isArray(list) && list.every((item, i) => check(item, i));
}
