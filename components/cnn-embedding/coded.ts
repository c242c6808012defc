import {
  codesOf,
  principalComponents,
  type Codes,
  type Corpus,
  type CorpusEntry,
  type Model,
  type Tensor,
} from '../../src/internal.ts';
import type { Run } from '../internal/life-cycle.ts';
import { Thumbnails } from './thumbnails.ts';

/** Dimensions that are left before pictures find their places (van der Maaten & Hinton 2008, §4.2, take 30). */
const COMPONENTS = 50;
const PICTURES_A_SLOT = 8;

/** Codes of a corpus and what was made of them, kept while other settings change. */
export interface Coded {
  readonly codes: Codes;
  /** Principal components [n, 50]. */
  readonly points: Tensor;
  /** Share of the variance that they keep. */
  readonly kept: number;
  readonly thumbnails: Thumbnails;
  /** Label of each picture by its rank; labels by rank. */
  readonly ranks: readonly number[];
  readonly labels: readonly string[];
}

interface CodingOptions {
  readonly model: Model;
  readonly corpus: Corpus;
  readonly layer: string | undefined;
  readonly pool: 'mean' | 'flatten';
  readonly inGpuSlot: Run<unknown, Corpus>['inGpuSlot'];
  readonly signal: AbortSignal;
  /** Called with the number of pictures read. */
  readonly onRead: (count: number) => void;
}

export async function codeCorpus(options: CodingOptions): Promise<Coded> {
  const { model, corpus, layer, pool, inGpuSlot, signal, onRead } = options;
  const thumbnails = new Thumbnails();
  const codes = await codesOf(model, patiently(corpus, inGpuSlot), {
    layer,
    pool,
    signal,
    onProgress: onRead,
    onPicture: (_, crop) => {
      thumbnails.add(crop);
    },
  });
  const { scores, kept } = await principalComponents(codes.data, COMPONENTS, { signal });
  signal.throwIfAborted();
  const labels = [...new Set(codes.items.map(({ label }) => label ?? ''))];
  const rankOf = new Map(labels.map((label, rank) => [label, rank]));
  const ranks = codes.items.map(({ label }) => rankOf.get(label ?? '')!);
  return { codes, points: scores, kept, thumbnails, labels, ranks };
}

export function nameOf({ codes }: Coded, i: number): string {
  const { id, label } = codes.items[i]!;
  return label ?? id;
}

/** Pictures in the figure's slots on the GPU, so that others are not kept waiting and nothing is read out of view. */
async function* patiently({ entries }: Corpus, inGpuSlot: CodingOptions['inGpuSlot']): AsyncGenerator<CorpusEntry> {
  let taken = 0;
  for (const entry of entries.values()) {
    if (taken++ % PICTURES_A_SLOT === 0) await inGpuSlot(() => Promise.resolve());
    yield entry;
  }
}
