import { checkChoice, checkList } from '../check.ts';
import type { AdapterDescription } from '../engine/backend.ts';
import type { Model, Sample } from '../engine/model.ts';
import { ArgumentError, ImageError } from '../errors.ts';
import { receptiveField, type FieldBox } from '../graph/receptive-field.ts';
import { MAX_CHANNELS } from '../limits.ts';
import { attributionMethods, type AttributionMethodName } from '../methods/attribution/table.ts';
import type { Picture } from '../models/picture.ts';
import { paintGradient } from '../paint/gradient.ts';
import { mapIn, pictureIn } from '../paint/patch.ts';
import type { Corpus } from './feed.ts';
import { checkLayer, listsOf, topEntries, type TopEntry, type TopIndex } from './top-index.ts';

/** Methods that give a map of the input for a unit. */
export type ReconstructionMethod = Exclude<AttributionMethodName, 'saliency'>;

/** An entry of a channel's list as a picture. */
export interface TopPatch extends TopEntry {
  readonly channel: number;
  readonly sample: Sample;
  /** What the unit sees, in pixels of the network's input. */
  readonly box: FieldBox;
  /** The picture in the box. */
  readonly patch: Picture;
  /** The map in the box, sent back from this unit alone. */
  readonly reconstruction?: Picture | undefined;
}

/** Zeiler & Fergus 2014, fig. 2: the strongest patches of some channels beside their reconstructions. */
export interface TopPatches {
  readonly index: TopIndex;
  readonly layer: string;
  readonly method: ReconstructionMethod;
  readonly channels: readonly { readonly channel: number; readonly patches: readonly TopPatch[] }[];
  /** Patches and reconstructions that are there, of all. */
  readonly done: number;
  readonly total: number;
  /** What a reader should know before believing the reconstructions. */
  readonly notes: readonly string[];
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

export interface TopPatchesOptions {
  readonly layer: string;
  readonly channels: readonly number[];
  /** `deconvnet` by default, as in the paper. */
  readonly method?: ReconstructionMethod | undefined;
  /** False leaves the reconstructions out, for lists that will still change. */
  readonly reconstruct?: boolean | undefined;
  /** Pictures that were prepared before, by id; new ones are added, and those that are not needed any more go. */
  readonly samples?: Map<string, Sample> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Patches for the lists of an index, all at once, then a reconstruction with each step. `corpus` has the images. Entries
 * that are exactly 0 are left out: behind a ReLU they are of images that leave the channel cold.
 */
export async function* topPatches(
  model: Model,
  corpus: Corpus,
  index: TopIndex,
  {
    layer,
    channels,
    method = 'deconvnet',
    reconstruct = true,
    samples = new Map<string, Sample>(),
    signal,
  }: TopPatchesOptions,
): AsyncGenerator<TopPatches, void, undefined> {
  const began = performance.now();
  checkList('the list of channels', channels, MAX_CHANNELS);
  checkChoice('method', method, Object.keys(attributionMethods) as ReconstructionMethod[]);
  const lists = channels.map((channel) => ({
    channel,
    entries: topEntries(index, layer, channel).filter(({ value }) => value !== 0),
  }));
  const unreadable = await prepareSamples(
    model,
    corpus,
    samples,
    new Set(lists.flatMap(({ entries }) => entries.map(({ image }) => image))),
    signal,
  );
  const { name } = model.resolve(layer);
  checkLayer(index, layer, model);
  let patches = lists.flatMap(({ channel, entries }) =>
    entries.flatMap((entry): TopPatch[] => {
      const sample = samples.get(entry.image);
      if (!sample) return [];
      const box = receptiveField(model.graph, name, { channel, at: entry.at }) ?? [0, 0, 0, 0];
      return [{ ...entry, channel, sample, box, patch: pictureIn(sample.crop, box) }];
    }),
  );
  const notes = new Set<string>(unreadable.slice(0, 1).map((reason) => missingText(unreadable.length, reason)));
  const snapshot = (done: number): TopPatches => ({
    index,
    layer,
    method,
    channels: channels.map((channel) => ({ channel, patches: patches.filter((patch) => patch.channel === channel) })),
    done,
    total: patches.length,
    notes: [...notes],
    ms: performance.now() - began,
    adapter: model.backend.adapter,
  });
  yield snapshot(0);
  if (!reconstruct) return;
  for (const [i, patch] of patches.entries()) {
    const { channel, at, sample, box } = patch;
    const { map, notes: said } = await attributionMethods[method].run(model, sample, {
      target: { layer, channel, at },
      signal,
    });
    for (const note of said) notes.add(note);
    const part = mapIn(map, box);
    const [, height, width] = part.shape as [number, number, number];
    const { picture } = paintGradient(part.data, height, width, { channels: model.preprocessing.channels });
    patches = patches.with(i, { ...patch, reconstruction: picture });
    yield snapshot(i + 1);
  }
}

/** Channels in the order of their strongest activations; those that no image switches on come last. */
export function rankChannels({ layers, count }: TopIndex, layer: string): number[] {
  const { channels, values } = listsOf(layers, layer);
  return Array.from({ length: channels }, (_, channel) => channel).sort(
    (a, b) => values[b * count]! - values[a * count]! || a - b,
  );
}

function missingText(count: number, reason: string): string {
  return `${count} of the pictures of the lists could not be read, and are left out. The first: ${reason}`;
}

/** Why pictures could not be read. */
async function prepareSamples(
  model: Model,
  { entries }: Corpus,
  samples: Map<string, Sample>,
  ids: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const unreadable: string[] = [];
  for (const id of samples.keys()) if (!ids.has(id)) samples.delete(id);
  for (const id of ids) {
    if (samples.has(id)) continue;
    const entry = entries.get(id);
    if (!entry) {
      throw new ArgumentError(`the corpus has no image "${id}"`, {
        expected: 'the images that the index was made of',
        remedy: 'Make the lists again, or give the corpus they come from.',
      });
    }
    try {
      samples.set(id, await model.prepare(await entry.open(), { signal }));
    } catch (cause) {
      if (!(cause instanceof ImageError)) throw cause;
      unreadable.push(cause.message);
    }
  }
  return unreadable;
}
