import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  ArgumentError,
  byCodeUnits,
  float32,
  joinCoverage,
  ModelFormatError,
  type Coverage,
  type Skipped,
} from '../src/internal.ts';
import { readNpy } from './npy.ts';
import { replaceFile, writeTensor } from './output.ts';

/** Codes of pictures, as they are kept: the numbers in a file for NumPy, and beside it, as JSON, what they are of. */
export interface StoredCodes extends Coverage {
  readonly network: { readonly name: string; readonly hash?: string | undefined };
  readonly layer: string;
  readonly pool: string;
  /** In the order of the rows. */
  readonly items: readonly { readonly id: string; readonly label?: string | undefined }[];
  readonly skipped: readonly Skipped[];
  /** A code for each item. */
  readonly rows: readonly Float32Array[];
}

const FORMAT = 'unpool-codes-1';

/** `codes.json` of `codes.npy`. */
export function besideOf(file: string): string {
  return file.replace(/\.npy$/i, '.json');
}

/**
 * Undefined where there is nothing yet. The numbers are written first, and only ever become more: who was broken off between
 * the two files left rows that count for nothing. Throws ModelFormatError where the two do not belong together.
 */
export async function readCodes(file: string): Promise<StoredCodes | undefined> {
  if (!existsSync(file) || !existsSync(besideOf(file))) return undefined;
  const wrong = (what: string): ModelFormatError =>
    new ModelFormatError(what, { where: file, remedy: 'Delete both files, or name another one.' });
  const { shape, data } = readNpy(await readFile(file), file);
  const about = parsed(await readFile(besideOf(file), 'utf8'));
  if (about?.format !== FORMAT) throw wrong(`${besideOf(file)} does not say what the numbers are of`);
  const { sha256, ...rest } = about;
  const [count = 0, length = 0] = shape;
  const rows = Array.from({ length: Math.min(count, rest.items.length) }, (_, i) =>
    data.subarray(i * length, (i + 1) * length),
  );
  if (rows.length < rest.items.length || hashOf(rows) !== sha256)
    throw wrong('the numbers are not those of the list beside them');
  return { ...rest, rows };
}

type About = Omit<StoredCodes, 'rows'> & { readonly format: string; readonly sha256: string };

function parsed(text: string): About | undefined {
  try {
    return JSON.parse(text) as About;
  } catch {
    return undefined;
  }
}

export async function writeCodes(file: string, codes: StoredCodes): Promise<void> {
  const { network, layer, pool, items, skipped, complete, shards, rows } = codes;
  const length = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * length);
  for (const [i, row] of rows.entries()) data.set(row, i * length);
  await writeTensor(file, float32([rows.length, length], data));
  const about: About = {
    format: FORMAT,
    network,
    layer,
    pool,
    items,
    skipped,
    complete,
    shards,
    sha256: hashOf(rows),
  };
  await replaceFile(besideOf(file), JSON.stringify(about));
}

function hashOf(rows: readonly Float32Array[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of rows) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

/**
 * The codes of several results together, in the order of the ids: which comes first does not matter, nor which are joined
 * first. Throws ArgumentError where they are not of one network and layer, or give a picture different codes.
 */
export function mergeCodes(results: readonly StoredCodes[]): StoredCodes {
  const [first] = results as readonly [StoredCodes, ...StoredCodes[]];
  const said = ({ network, layer, pool }: StoredCodes): string =>
    `${pool} of ${layer} of ${network.name} (${network.hash?.slice(0, 8) ?? 'no hash'})`;
  const other = results.find((result) => said(result) !== said(first));
  if (other) {
    throw new ArgumentError('the codes are of different networks or layers', {
      expected: said(first),
      got: said(other),
    });
  }
  const rows = new Map<string, { item: StoredCodes['items'][number]; row: Float32Array }>();
  for (const { items, rows: codes } of results) {
    for (const [i, item] of items.entries()) {
      const known = rows.get(item.id);
      if (known && hashOf([known.row]) !== hashOf([codes[i]!])) {
        throw new ArgumentError('a picture has different codes', {
          where: item.id,
          remedy: 'Pictures of different corpora need different names, and all shards one backend.',
        });
      }
      rows.set(item.id, { item, row: codes[i]! });
    }
  }
  const sorted = [...rows.values()].sort((a, b) => byCodeUnits(a.item.id, b.item.id));
  const skipped = new Map(results.flatMap((result) => result.skipped).map((one) => [one.id, one]));
  return {
    network: { name: first.network.name, hash: first.network.hash },
    layer: first.layer,
    pool: first.pool,
    items: sorted.map(({ item }) => item),
    skipped: [...skipped.values()].filter(({ id }) => !rows.has(id)).sort((a, b) => byCodeUnits(a.id, b.id)),
    ...joinCoverage(results),
    rows: sorted.map(({ row }) => row),
  };
}
