import { existsSync, openAsBlob } from 'node:fs';
import { extname } from 'node:path';
import {
  ArgumentError,
  Corpus,
  fetchTopIndex,
  lastSpatialLayer,
  mergeTopIndices,
  modelHash,
  parseChannels,
  parseNames,
  rankChannels,
  readTopIndex,
  topEntries,
  topK,
  topPatches,
  type CorpusEntry,
  type Model,
  type TopIndex,
  type TopPatches,
} from '../../src/internal.ts';
import { command, type Command, type Report, type Surroundings, type Values } from '../command.ts';
import { picturesOf, shardOf, until } from '../corpus.ts';
import { withModel } from '../network.ts';
import { choice, NETWORK_OPTIONS, number, outOption, read, text } from '../options.ts';
import { checkOut, replaceFile, writePicture } from '../output.ts';
import { paceText } from '../pace.ts';
import { afterShard, checkShard } from '../shard.ts';
import { sheetOf } from '../sheet.ts';
import { pictures, short } from '../words.ts';

/** Between two copies of what is done on the disk, ms. */
const PACE_MS = 5000;
/** Channels that are told of, or drawn where none is named. */
const TOLD = 5;

const OPTIONS = {
  ...NETWORK_OPTIONS,
  layer: read('layers', 'one or more, as fire3,fire5; the last one with maps by default', parseNames),
  count: number('number', 'patches of each channel', 9),
  each: choice(['image', 'unit'], 'one patch of each picture at most, or any', 'image'),
  shard: read('k/n', 'only this part of the corpus, such as 3/16; "merge" joins them', shardOf),
  index: text('file', 'lists that were made before: nothing has to be searched'),
  channels: read('numbers', 'channels that are drawn, as 3,17,42; the strongest by default', parseChannels),
  method: choice(['deconvnet', 'guided-backprop', 'gradient'], 'reconstructions under the drawn patches', 'deconvnet'),
  out: outOption('.json for the lists, and a second run goes on where the first ended; .png for a sheet of patches'),
} as const;

type OptionValues = Values<typeof OPTIONS>;

export const topPatchesCommand: Command = command({
  name: 'top-patches',
  summary: 'The patches of a corpus that switch channels on most',
  operand: '<corpus>',
  options: OPTIONS,
  examples: [
    'top-patches photos/ --layer fire5 --out fire5.json',
    'top-patches photos.json --layer fire5 --shard 3/16 --out part-3.json',
    'top-patches photos/ --index fire5.json --channels 3,17 --out patches.png',
  ],
  run: (values, [corpus], surroundings) => {
    checkOut(values.out, ['.json', '.png']);
    return withModel(values, surroundings, async (model) => {
      const entries = await picturesOf(corpus!, values.shard, surroundings.signal);
      const given = values.index;
      const found = given === undefined ? await search(model, entries, values, surroundings) : undefined;
      const index = found?.index ?? (await fetchTopIndex(given!, { signal: surroundings.signal }));
      if (values.out !== undefined && isPicture(values.out))
        await drawSheet(model, entries, index, values, surroundings);
      return reportOf(index, found, model, values);
    });
  },
});

function isPicture(file: string): boolean {
  return extname(file).toLowerCase() === '.png';
}

interface Search {
  readonly index: TopIndex;
  /** Pictures that went through now, and how long that took. */
  readonly now: number;
  readonly ms: number;
}

/** All pictures once through the network, or those that a file does not have yet. */
async function search(
  model: Model,
  entries: readonly CorpusEntry[],
  values: OptionValues,
  { signal, progress }: Surroundings,
): Promise<Search> {
  const { count, each, shard, out } = values;
  const layers = values.layer ?? [lastSpatialLayer(model)];
  const kept = out === undefined || isPicture(out) ? undefined : out;
  const from = kept !== undefined && existsSync(kept) ? await readTopIndex(await fileOf(kept)) : undefined;
  if (from) await checkSame(from, model, { ...values, layers });
  const keep = async (index: TopIndex): Promise<void> => {
    if (kept !== undefined) await replaceFile(kept, JSON.stringify(index));
  };
  const before = (from?.images.length ?? 0) + (from?.skipped.length ?? 0);
  const total = entries.length;
  let last = from;
  let done = before;
  const began = performance.now();
  const steps = topK(model, until(signal, entries), {
    layers,
    count,
    each,
    from,
    paceMs: kept === undefined ? Infinity : PACE_MS,
  });
  for await (const step of steps) {
    done = step.done + step.skipped.length;
    progress.at(
      'pictures',
      Math.min(done, total),
      total,
      step.skipped.length > 0 ? `, ${step.skipped.length} not readable` : '',
    );
    if (!step.index) continue;
    last = step.index;
    if (!step.index.complete) await keep(ordered({ ...step.index, ...afterShard(from, shard, false) }));
  }
  const index = ordered({ ...last!, ...afterShard(from, shard, !signal.aborted) });
  await keep(index);
  return { index, now: done - before, ms: performance.now() - began };
}

/** In the order in which it would be were it joined from shards. */
function ordered(index: TopIndex): TopIndex {
  return mergeTopIndices([index]);
}

async function fileOf(path: string): Promise<File> {
  return new File([await openAsBlob(path)], path);
}

/** Throws {@link ArgumentError} where a file is of something else than what was asked for. */
async function checkSame(
  from: TopIndex,
  model: Model,
  { out, count, each, layers, shard }: OptionValues & { readonly layers: readonly string[] },
): Promise<void> {
  const said = (name: string, some: TopIndex['count'], by: string, of: readonly string[], hash?: string): string =>
    `${some} by ${by} of ${[...of].sort().join(', ')} of ${name} (${hash?.slice(0, 8) ?? 'no hash'})`;
  const expected = said(model.name, count, each, layers, await modelHash(model));
  const got = said(from.network.name, from.count, from.each, Object.keys(from.layers), from.network.hash);
  if (expected !== got) {
    throw new ArgumentError('there are lists of something else already', {
      where: out!,
      expected,
      got,
      remedy: 'Name another file.',
    });
  }
  checkShard(from, shard, out!);
}

async function drawSheet(
  model: Model,
  entries: readonly CorpusEntry[],
  index: TopIndex,
  { layer, channels, method, out }: OptionValues,
  { signal, progress }: Surroundings,
): Promise<void> {
  const [name] = layer ?? Object.keys(index.layers);
  const drawn = channels ?? rankChannels(index, name!).slice(0, TOLD);
  const wanted = new Set(drawn.flatMap((channel) => topEntries(index, name!, channel).map(({ image }) => image)));
  const corpus = new Corpus(
    entries.filter(({ id }) => wanted.has(id)),
    'sheet',
  );
  let last: TopPatches | undefined;
  for await (last of topPatches(model, corpus, index, { layer: name!, channels: drawn, method, signal })) {
    progress.at('reconstructions', last.done, last.total);
  }
  await writePicture(out!, sheetOf(last!.channels));
}

function reportOf(index: TopIndex, found: Search | undefined, model: Model, { out }: OptionValues): Report {
  const { images, skipped, complete, shards, layers, count } = index;
  const { adapter } = model.backend;
  const strongest = Object.keys(layers).flatMap((layer) =>
    rankChannels(index, layer)
      .slice(0, TOLD)
      .flatMap((channel) =>
        topEntries(index, layer, channel)
          .slice(0, 1)
          .map((entry) => ({ layer, channel, ...entry })),
      ),
  );
  const whole = complete
    ? 'all of the corpus'
    : shards
      ? `shards ${shards.done.join(', ') || 'none yet'} of ${shards.of}`
      : 'not all yet';
  return {
    lines: [
      `${pictures(images.length)}, ${skipped.length} not readable: ${whole}`,
      ...skipped.slice(0, TOLD).map(({ id, reason }) => `  ${id}: ${reason}`),
      ...strongest.map(
        ({ layer, channel, image, value, at }) =>
          `  ${layer}:${channel}  ${short(value)} in ${image} at ${at.join(',')}`,
      ),
      ...(found && found.now > 0 ? [paceText(found.now, found.ms, adapter.name)] : []),
      ...(out === undefined ? [] : [`written to ${out}`]),
    ],
    json: {
      images: images.length,
      skipped,
      complete,
      shards,
      layers: Object.keys(layers),
      count,
      strongest,
      picturesNow: found?.now,
      ms: found?.ms,
      adapter,
      out,
      ...(out === undefined ? { index } : {}),
    },
  };
}
