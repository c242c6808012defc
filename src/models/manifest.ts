import { checkText, shown } from '../check.ts';
import { ModelFormatError } from '../errors.ts';
import { MAX_INPUT_PX, MAX_RESIZE_PX } from '../limits.ts';
import { fetchJson, type FetchOptions } from './fetch.ts';

/** Order of the planes of an input; `gray` is one plane of ITU-R 601 luma. */
export type ChannelOrder = 'RGB' | 'BGR' | 'gray';

/**
 * How a picture becomes a network's input [1,c,height,width]: the shorter side is scaled to `resize`, the centre is cropped
 * (`stretch`: scaled to height × width, no crop), and each value v of 0…255 becomes (v − mean[c]) / std[c].
 */
export interface Preprocessing {
  readonly height: number;
  readonly width: number;
  readonly channels: ChannelOrder;
  /** One for each plane, in the order of the planes, in units of 0…255. */
  readonly mean: readonly number[];
  /** As `mean`; 1 leaves the values alone. */
  readonly std: readonly number[];
  readonly resize: number | 'stretch';
}

/** The three conventions that most published networks follow; to be completed by the sizes. */
export const PREPROCESSING_PRESETS: Readonly<
  Record<'torch' | 'tf' | 'caffe', Pick<Preprocessing, 'channels' | 'mean' | 'std'>>
> = {
  /** torchvision and timm: 0…1, then the mean and deviation of ImageNet. */
  torch: {
    channels: 'RGB',
    mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
    std: [0.229 * 255, 0.224 * 255, 0.225 * 255],
  },
  /** TensorFlow and Keras (`mode='tf'`): −1…1. */
  tf: { channels: 'RGB', mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
  /** Caffe: 0…255 less the mean pixel. */
  caffe: { channels: 'BGR', mean: [104, 117, 123], std: [1, 1, 1] },
};

/** What the numbers mean that a network ends with; `values` are those of a regression, or unknown. */
export const HEAD_KINDS = ['one-of-many', 'several-of-many', 'yes-or-no', 'values'] as const;
export type HeadKind = (typeof HEAD_KINDS)[number];

/** A model the page can load by name. URLs are absolute. */
export interface ModelEntry {
  readonly title: string;
  readonly file: string;
  readonly bytes: number;
  /** Of the file, in hex; of what it unpacks to where it is gzip-compressed. */
  readonly sha256: string;
  readonly licence: string;
  readonly source: string;
  readonly input: Preprocessing & { readonly name: string };
  readonly labels?: string;
  /** Tensor [n,classes] of the class scores before any softmax; found in the file when absent. */
  readonly logits?: string;
  /** What the scores mean; found in the file when absent. */
  readonly head?: HeadKind;
  /** Tensor [n,classes,h,w] whose spatial mean is the score before a last ReLU: a class that this ReLU silences still has a gradient there. */
  readonly scores?: string;
  /** Short name → tensor in the file, in the order of the network. */
  readonly layers: Readonly<Record<string, string>>;
}

export type Manifest = Readonly<Record<string, ModelEntry>>;

/** Fetches and checks a manifest. Throws ModelFetchError, or {@link ModelFormatError} naming the entry and the field. */
export async function loadManifest(url: string | URL, options: Pick<FetchOptions, 'signal'> = {}): Promise<Manifest> {
  const { json, base } = await fetchJson(url, { ...options, keep: true });
  return parseManifest(json, base);
}

/**
 * Checks a manifest; its file names are relative to `base`, the manifest's own address, and stay as they are without one. Where
 * an entry is a text, it is another name of the entry that the text names.
 */
export function parseManifest(json: unknown, base?: string | URL): Manifest {
  const list = new Field(json, 'the manifest').object();
  const entries = Object.entries(list).map(([id, value]): [string, ModelEntry] => {
    const other = typeof value === 'string' && Object.hasOwn(list, value) ? value : undefined;
    return [id, parseEntry(other === undefined ? new Field(value, id) : new Field(list[other], other), base)];
  });
  return Object.fromEntries(entries);
}

/** Checks a description of an input, such as an attribute's JSON; `preset` fills in what is left out. */
export function parsePreprocessing(json: unknown, where: string = 'input'): Preprocessing {
  return preprocessingOf(new Field(json, checkText('where', where)));
}

function parseEntry(entry: Field, base: string | URL | undefined): ModelEntry {
  const input = entry.at('input');
  const labels = entry.at('labels');
  const logits = entry.at('logits');
  const head = entry.at('head');
  const scores = entry.at('scores');
  const layers = Object.keys(entry.at('layers').object());
  const address = (field: Field): string => (base === undefined ? field.text() : field.url(base));
  return {
    title: entry.at('title').text(),
    file: address(entry.at('file')),
    bytes: entry.at('bytes').size(),
    sha256: entry.at('sha256').text(/^[0-9a-f]{64}$/, '64 hex digits'),
    licence: entry.at('licence').text(),
    source: entry.at('source').text(),
    input: { name: input.at('name').text(), ...preprocessingOf(input) },
    ...(labels.missing ? {} : { labels: address(labels) }),
    ...(logits.missing ? {} : { logits: logits.text() }),
    ...(head.missing ? {} : { head: head.oneOf(HEAD_KINDS) }),
    ...(scores.missing ? {} : { scores: scores.text() }),
    layers: Object.fromEntries(layers.map((name) => [name, entry.at('layers').at(name).text()])),
  };
}

function preprocessingOf(input: Field): Preprocessing {
  const preset = input.at('preset');
  const defaults = preset.missing ? undefined : PREPROCESSING_PRESETS[preset.oneOf(keysOf(PREPROCESSING_PRESETS))];
  const channels = input.at('channels').oneOf(['RGB', 'BGR', 'gray'], defaults?.channels);
  const planes = channels === 'gray' ? 1 : 3;
  const height = input.at('height').size();
  const width = input.at('width').size();
  if (height * width > MAX_INPUT_PX) {
    throw input.error(`at most ${MAX_INPUT_PX.toLocaleString('en')} pixels: height × width`);
  }
  return {
    height,
    width,
    channels,
    mean: input.at('mean').numbers(planes, [-1e6, 1e6], defaults?.mean),
    std: input.at('std').numbers(planes, [1e-6, 1e6], defaults?.std),
    resize: resizeOf(input.at('resize'), Math.max(height, width)),
  };
}

function resizeOf(field: Field, smallest: number): number | 'stretch' {
  const { value } = field;
  const fits = Number.isSafeInteger(value) && (value as number) >= smallest && (value as number) <= MAX_RESIZE_PX;
  if (value === 'stretch' || fits) return value as number | 'stretch';
  const most = MAX_RESIZE_PX.toLocaleString('en');
  throw field.error(`"stretch", or a whole number from ${smallest}, so that the crop fits in, and at most ${most}`);
}

/** Scripts also give what JSON has no words for. */
function jsonOf(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : shown(value);
  } catch {
    return shown(value);
  }
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[];
}

/** Characters of a wrong value that an error repeats. */
const MAX_SHOWN = 80;

/** A value of unknown JSON together with its path, so that each message says where. */
class Field {
  readonly value: unknown;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  get missing(): boolean {
    return this.value === undefined;
  }

  at(key: string): Field {
    return new Field(this.object()[key], `${this.path}.${key}`);
  }

  object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      throw this.error('an object');
    return this.value as Record<string, unknown>;
  }

  text(pattern: RegExp = /./, expected: string = 'a text that is not empty'): string {
    if (typeof this.value !== 'string' || !pattern.test(this.value)) throw this.error(expected);
    return this.value;
  }

  /** An address, relative to `base`. */
  url(base: string | URL): string {
    const text = this.text();
    if (!URL.canParse(text, base)) throw this.error('an address');
    return new URL(text, base).href;
  }

  size(): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < 1) throw this.error('a positive whole number');
    return this.value as number;
  }

  oneOf<T extends string>(choices: readonly T[], fallback?: T): T {
    const value = this.missing ? fallback : this.value;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw this.error(choices.map((choice) => `"${choice}"`).join(' or '));
    return found;
  }

  numbers(count: number, [low, high]: readonly [number, number], fallback?: readonly number[]): readonly number[] {
    const value: unknown = this.missing ? fallback : this.value;
    const valid = (v: unknown): v is number => typeof v === 'number' && v >= low && v <= high;
    if (!Array.isArray(value) || value.length !== count || !value.every(valid)) {
      throw this.error(`${count} number(s), one for each plane, from ${low} to ${high}`);
    }
    return value;
  }

  error(expected: string): ModelFormatError {
    const got = this.missing ? 'nothing' : jsonOf(this.value).slice(0, MAX_SHOWN);
    return new ModelFormatError('not a valid description of a model', { where: this.path, expected, got });
  }
}
