import { parseTopIndex } from '../../src/corpus/top-index.ts';
import { UnpoolError } from '../../src/errors.ts';
import { parseLabels } from '../../src/models/labels.ts';
import { parseManifest, parsePreprocessing } from '../../src/models/manifest.ts';
import type { Random } from '../support/random.ts';
import { ABSURD_NUMBERS } from './mutate.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const BASE = 'https://example.com/models/models.json';

const entry = {
  title: 'Net',
  file: 'net.onnx',
  bytes: 1000,
  sha256: '0'.repeat(64),
  licence: 'MIT',
  source: 'https://example.com/',
  input: { name: 'x', height: 8, width: 9, channels: 'RGB', mean: [1, 2, 3], std: [1, 2, 3], resize: 10 },
  labels: 'labels.json',
  logits: 'y',
  scores: 'p',
  layers: { first: 'conv1', last: 'conv2' },
};

const layer = { channels: 1, height: 2, width: 3, values: [5, 4], images: [0, 1], positions: [0, 5] };

/** The readers of JSON from addresses and attributes, and what each takes. */
const READERS: readonly { readonly right: Json; readonly read: (json: unknown) => unknown }[] = [
  { right: { net: entry }, read: (json) => parseManifest(json, BASE) },
  { right: entry.input, read: (json) => parsePreprocessing(json) },
  { right: { preset: 'torchvision', height: 8, width: 8, channels: 'RGB' }, read: (json) => parsePreprocessing(json) },
  { right: ['a', ['n01', 'b'], 'c'], read: (json) => parseLabels(json) },
  {
    right: {
      format: 'unpool-top-patches-1',
      network: { name: 'net' },
      count: 2,
      each: 'image',
      images: ['a.png', 'b.png'],
      skipped: [{ id: 'c.png', reason: 'no picture' }],
      layers: { conv1: layer },
    },
    read: (json) => parseTopIndex(json, BASE),
  },
];

const STRANGE: readonly Json[] = [
  null,
  true,
  '',
  'constructor',
  '//[',
  'javascript:alert(1)',
  [],
  {},
  [null],
  NaN,
  1e308,
  0.5,
  ...ABSURD_NUMBERS,
];

/** Reads JSON that is wrong in a place or two; the stack of an error that is not ours. */
export function readStrange(random: Random): string | undefined {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
  const { right, read } = pick(READERS);
  const changed = (json: Json, chance: number): Json => {
    if (random.next() < chance) return pick(STRANGE);
    if (Array.isArray(json)) return json.map((item) => changed(item, chance));
    if (typeof json !== 'object' || json === null) return json;
    const fields = Object.entries(json).filter(() => random.next() > chance / 2);
    return Object.fromEntries(
      fields.map(([key, value]) => [random.next() < chance / 4 ? '__proto__' : key, changed(value, chance)]),
    );
  };
  const json = changed(right, 0.08);
  try {
    read(json);
    return undefined;
  } catch (error) {
    if (error instanceof UnpoolError) return undefined;
    return `${JSON.stringify(json)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`.slice(
      0,
      800,
    );
  }
}
