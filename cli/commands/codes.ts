import { ArgumentError, codesOf, codeTensor, modelHash, type CorpusEntry, type Model } from '../../src/internal.ts';
import { besideOf, mergeCodes, readCodes, writeCodes, type StoredCodes } from '../codes-file.ts';
import { command, type Command, type Surroundings, type Values } from '../command.ts';
import { picturesOf, shardOf } from '../corpus.ts';
import { withModel } from '../network.ts';
import { choice, NETWORK_OPTIONS, outOption, read, text } from '../options.ts';
import { checkOut } from '../output.ts';
import { paceText } from '../pace.ts';
import { afterShard, checkShard } from '../shard.ts';
import { pictures } from '../words.ts';

/** Pictures whose codes are made before anything else is done: whoever breaks off waits for no more. */
const PORTION = 32;
/** Between two copies of what is done on the disk, ms. */
const PACE_MS = 10_000;

const OPTIONS = {
  ...NETWORK_OPTIONS,
  layer: text('layer', 'layer whose numbers are the codes; by default what the classifier looks at'),
  pool: choice(['mean', 'flatten'], 'feature maps become their means, or stay as they are', 'mean'),
  shard: read('k/n', 'only this part of the corpus, such as 3/16; "merge" joins them', shardOf),
  out: outOption('.npy for the numbers, with a .json beside it; a second run goes on where the first ended'),
} as const;

export const codesCommand: Command = command({
  name: 'codes',
  summary: 'What a network makes of each picture of a corpus, as a row of numbers',
  operand: '<corpus>',
  options: OPTIONS,
  examples: ['codes photos/ --out codes.npy', 'codes photos/ --layer fire5 --shard 3/16 --out part-3.npy'],
  run: (values, [corpus], surroundings) => {
    checkOut(values.out, ['.npy']);
    return withModel(values, surroundings, async (model) => {
      const entries = await picturesOf(corpus!, values.shard, surroundings.signal);
      const { codes, now, ms } = await collect(model, entries, values, surroundings);
      const { items, skipped, complete, shards, layer, pool, rows } = codes;
      const { out } = values;
      const { adapter } = model.backend;
      return {
        lines: [
          `${pictures(items.length)}, ${skipped.length} not readable, ${rows[0]?.length ?? 0} numbers each of ${layer}`,
          ...(now > 0 ? [paceText(now, ms, adapter.name)] : []),
          ...(out === undefined ? [] : [`written to ${out} and ${besideOf(out)}`]),
        ],
        json: {
          images: items.length,
          skipped,
          complete,
          shards,
          layer,
          pool,
          shape: [rows.length, rows[0]?.length ?? 0],
          picturesNow: now,
          ms,
          adapter,
          out,
          ...(out === undefined ? { items, rows } : {}),
        },
      };
    });
  },
});

/** The codes of all pictures, or of those that a file does not have yet; of those before somebody broke off. */
async function collect(
  model: Model,
  entries: readonly CorpusEntry[],
  { layer: wanted, pool, shard, out }: Values<typeof OPTIONS>,
  { signal, progress }: Surroundings,
): Promise<{ readonly codes: StoredCodes; readonly now: number; readonly ms: number }> {
  const from = out === undefined ? undefined : await readCodes(out);
  let codes: StoredCodes = {
    network: { name: model.name, hash: await modelHash(model) },
    layer: nameOf(model, wanted),
    pool,
    items: [],
    skipped: [],
    rows: [],
    ...afterShard(undefined, shard, false),
  };
  if (from && out !== undefined) {
    checkSame(from, codes, out);
    checkShard(from, shard, out);
    codes = from;
  }
  const known = new Set([...codes.items, ...codes.skipped].map(({ id }) => id));
  const left = entries.filter(({ id }) => !known.has(id));
  const began = performance.now();
  let written = began;
  let done = 0;
  for (let at = 0; at < left.length && !signal.aborted; at += PORTION) {
    const portion = left.slice(at, at + PORTION);
    const found = await codesOf(model, portion, {
      layer: wanted,
      pool,
      onProgress: (count) => progress.at('pictures', known.size + done + count, known.size + left.length),
    });
    done += portion.length;
    const [count, length] = found.data.shape as [number, number];
    const numbers = found.data.data as Float32Array;
    codes = {
      ...codes,
      items: [...codes.items, ...found.items],
      skipped: [...codes.skipped, ...found.skipped.map(({ id, error }) => ({ id, reason: error.message }))],
      rows: [...codes.rows, ...Array.from({ length: count }, (_, i) => numbers.subarray(i * length, (i + 1) * length))],
    };
    if (out === undefined || performance.now() - written < PACE_MS) continue;
    await writeCodes(out, codes);
    written = performance.now();
  }
  // What was there before may belong between what came now
  codes = mergeCodes([{ ...codes, ...afterShard(from, shard, !signal.aborted) }]);
  if (out !== undefined) await writeCodes(out, codes);
  return { codes, now: done, ms: performance.now() - began };
}

function nameOf(model: Model, layer: string | undefined): string {
  if (layer !== undefined) return layer;
  const { name } = codeTensor(model);
  return model.layers.find(({ tensor }) => tensor === name)?.name ?? name;
}

function checkSame(from: StoredCodes, now: StoredCodes, file: string): void {
  const said = ({ network, layer, pool }: StoredCodes): string =>
    `${pool} of ${layer} of ${network.name} (${network.hash?.slice(0, 8) ?? 'no hash'})`;
  if (said(from) === said(now)) return;
  throw new ArgumentError('there are codes of something else already', {
    where: file,
    expected: said(now),
    got: said(from),
    remedy: 'Name another file.',
  });
}
