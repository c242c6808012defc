import { checkChoice, checkList, checkNumber, checkWhole } from '../check.ts';
import type { Model } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { withInputShapes } from '../graph/batch.ts';
import { prune } from '../graph/prune.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_BATCH, MAX_CHANNELS, MAX_PATCHES } from '../limits.ts';
import { emptyLists, NO_IMAGE } from '../ops/topk/top-k-merge.ts';
import { graphBuilder, loadFamilies } from '../ops/registry.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { float32, tensor, type Tensor } from '../tensor/tensor.ts';
import { preparedImages, type Pictures, type PreparedImage, type Skipped } from './feed.ts';
import { modelHash } from './model-hash.ts';
import { checkLayer, type TopIndex, type TopLayer } from './top-index.ts';

export interface TopKOptions {
  /** Layers whose channels are followed, all in one pass over the corpus. */
  readonly layers: readonly string[];
  /** Entries kept for each channel; 9 by default. */
  readonly count?: number | undefined;
  /** An entry is an image, by its strongest unit of the channel (the default), or any unit. */
  readonly each?: TopIndex['each'] | undefined;
  /** Goes on where this one ended; its images are left out. Layers, `count` and `each` are then those of the index. */
  readonly from?: TopIndex | undefined;
  /** Time between two indices, ms. Without it there is one, at the end. */
  readonly paceMs?: number | undefined;
  /** Pictures run at once. */
  readonly batch?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far it is. */
export interface TopProgress {
  /** Images that went through, those of the index that was gone on from included. */
  readonly done: number;
  readonly skipped: readonly Skipped[];
  /** The lists, every now and then. Enough to go on from. */
  readonly index?: TopIndex;
}

/** A GPU gains from a batch; on a processor it only delays the first results. */
const BATCH = { gpu: 16, software: 2 } as const;

/**
 * Feeds images through the network and keeps the strongest activations of every channel of some layers where they are
 * computed (Zeiler & Fergus 2014, §4.1: the top 9). Yields after each batch; the last time with the whole index.
 *
 * Throws ArgumentError where a layer does not exist or no image can be read; the signal's reason when aborted.
 */
export async function* topK(
  model: Model,
  corpus: Pictures,
  { from, paceMs = Infinity, signal, ...options }: TopKOptions,
): AsyncGenerator<TopProgress, void, undefined> {
  const backend = await model.open();
  const batch = options.batch ?? BATCH[backend.adapter.software ? 'software' : 'gpu'];
  const { layers, count, each } = from
    ? { ...from, layers: Object.keys(from.layers) }
    : {
        layers: [...new Set(checkList('the list of layers', options.layers, MAX_CHANNELS))],
        count: options.count ?? 9,
        each: options.each ?? ('image' as const),
      };
  checkOptions(layers, count, batch);
  if (from) for (const layer of layers) checkLayer(from, layer, model);
  checkChoice('each', each, ['image', 'unit']);
  if (paceMs !== Infinity) checkNumber('paceMs', paceMs, { least: 0 });
  const start = from ?? (await emptyIndex(model, layers, count, each));
  const images = [...start.images];
  const skipped = [...start.skipped];
  const without = new Set([...images, ...skipped.map(({ id }) => id)]);

  await loadFamilies(['topk']);
  const { graph, state, lists } = listingGraph(model, layers, { batch, count, each });
  const executable = await backend.compile(graph, { state, signal });
  try {
    // Read back after every batch, since they are small: where the device is lost, nothing is
    let current = initialState(start, lists);
    let given = current;
    const snapshot = (complete: boolean): TopIndex => {
      const filled = layers.map((layer, i) => {
        const { values, places } = lists[i]!;
        return [layer, layerOf(start.layers[layer]!, current[values]!, current[places]!)] as const;
      });
      return { ...start, images: [...images], skipped: [...skipped], complete, layers: Object.fromEntries(filled) };
    };
    const onSkip = (image: Skipped): void => void skipped.push(image);
    const feed = groupsOf(batch, preparedImages(model, corpus, { without, ahead: 2 * batch, signal, onSkip }));
    let lastIndex = performance.now();
    let group = await feed.next();
    if (group.done && images.length === 0) throw nothingRead(skipped);
    if (group.done) yield { done: images.length, skipped: [...skipped], index: { ...start, skipped, complete: true } };
    while (!group.done) {
      const pictures = group.value;
      const inputs = { ...given, ...inputsOf(model, pictures, batch, images.length) };
      given = {};
      images.push(...pictures.map(({ id }) => id));
      // The next images are read before this batch runs: then it is known whether it is the last
      group = await feed.next();
      const before = current;
      const found = await executable.run(inputs, { read: Object.values(state), restore: () => before, signal });
      current = Object.fromEntries(Object.entries(state).map(([list, next]) => [list, found[next]!]));
      await model.expectFinite(
        lists.map(({ values }) => current[values]!),
        inputs[model.input.name],
      );
      const due = group.done === true || performance.now() - lastIndex >= paceMs;
      if (due) lastIndex = performance.now();
      yield { done: images.length, skipped: [...skipped], ...(due && { index: snapshot(group.done === true) }) };
    }
  } finally {
    executable.dispose();
  }
}

function checkOptions(layers: readonly string[], count: number, batch: number): void {
  if (layers.length === 0) throw new ArgumentError('no layer is given', { expected: 'at least one' });
  checkWhole('count', count, 1, MAX_PATCHES);
  checkWhole('batch', batch, 1, MAX_BATCH);
}

function nothingRead(skipped: readonly Skipped[]): ArgumentError {
  const [first] = skipped;
  return new ArgumentError('no picture of the corpus can be read', {
    expected: 'at least one',
    ...(first ? { got: `${String(skipped.length)} others; the first: ${first.reason}` } : { got: 'none' }),
  });
}

/** An index of no images yet. */
async function emptyIndex(
  model: Model,
  layers: readonly string[],
  count: number,
  each: TopIndex['each'],
): Promise<TopIndex> {
  const entries = layers.map((layer) => {
    const { shape } = model.resolve(layer);
    if (shape.length !== 4 && shape.length !== 2) {
      const expected = 'a shape [n, c, h, w] or [n, c]';
      throw new ArgumentError('the layer has no channels', {
        where: `layer "${layer}"`,
        expected,
        got: formatShape(shape),
      });
    }
    const [, channels = 1, height = 1, width = 1] = shape;
    return [layer, { channels, height, width, values: [], images: [], positions: [] }] as const;
  });
  return {
    format: 'unpool-top-patches-1',
    network: { name: model.name, hash: await modelHash(model) },
    count,
    each,
    images: [],
    skipped: [],
    complete: false,
    layers: Object.fromEntries(entries),
  };
}

/** Names of what holds a layer's lists in the graph. */
interface Lists {
  readonly values: string;
  readonly places: string;
}

const NUMBERS = 'image numbers';

/** The network for a batch, with lists for each layer that go from step to step. */
function listingGraph(
  model: Model,
  layers: readonly string[],
  { batch, count, each }: { readonly batch: number; readonly count: number; readonly each: TopIndex['each'] },
): { graph: Graph; state: Readonly<Record<string, string>>; lists: readonly Lists[] } {
  const { input, graph } = model;
  const builder = graphBuilder(withInputShapes(graph, { [input.name]: [batch, ...input.shape.slice(1)] }));
  const numbers = builder.input(NUMBERS, 'uint32', [batch]);
  const state: Record<string, string> = {};
  const lists = layers.map((layer): Lists => {
    const { name, shape } = model.resolve(layer);
    const values = builder.input(`${name} values`, 'float32', [shape[1]!, count]);
    const places = builder.input(`${name} places`, 'uint32', [shape[1]!, count, 2]);
    const outputs = [`${name} next values`, `${name} next places`];
    const [nextValues, nextPlaces] = builder.addAll(
      'top-k-merge',
      [name, numbers, values, places],
      { each },
      { outputs },
    );
    state[values] = nextValues!;
    state[places] = nextPlaces!;
    return { values, places };
  });
  const outputs = Object.values(state);
  return { graph: prune(builder.build(graph.name, outputs), outputs), state, lists };
}

/** The lists of an index as tensors of the state. */
function initialState({ layers, count }: TopIndex, lists: readonly Lists[]): Readonly<Record<string, Tensor>> {
  const tensors: Record<string, Tensor> = {};
  for (const [i, { channels, height, width, values, images, positions }] of Object.values(layers).entries()) {
    const { values: v, places: p } = emptyLists(channels, count);
    for (const [at, image] of images.entries()) {
      if (image < 0) continue;
      v[at] = values[at]!;
      p.set([image, Math.min(positions[at]!, height * width - 1)], 2 * at);
    }
    tensors[lists[i]!.values] = float32([channels, count], v);
    tensors[lists[i]!.places] = tensor('uint32', [channels, count, 2], p);
  }
  return tensors;
}

/** Inputs [batch, c, h, w] and the numbers of the images, of which the last may be none. */
function inputsOf(
  { input }: Model,
  group: readonly PreparedImage[],
  batch: number,
  first: number,
): Readonly<Record<string, Tensor>> {
  const [, ...shape] = input.shape;
  const size = sizeOf(shape);
  const pixels = new Float32Array(batch * size);
  const numbers = new Uint32Array(batch).fill(NO_IMAGE);
  for (const [i, { sample }] of group.entries()) {
    pixels.set(sample.input.data, i * size);
    numbers[i] = first + i;
  }
  return { [input.name]: float32([batch, ...shape], pixels), [NUMBERS]: tensor('uint32', [batch], numbers) };
}

/** What the lists hold now. float32 numbers are told apart by nine digits. */
function layerOf({ channels, height, width }: TopLayer, values: Tensor, places: Tensor): TopLayer {
  const free = Array.from(values.data, (_, i) => places.data[2 * i] === NO_IMAGE);
  return {
    channels,
    height,
    width,
    values: Array.from(values.data, (value, i) => (free[i]! ? 0 : Number(value.toPrecision(9)))),
    images: free.map((isFree, i) => (isFree ? -1 : places.data[2 * i]!)),
    positions: free.map((isFree, i) => (isFree ? -1 : places.data[2 * i + 1]!)),
  };
}

async function* groupsOf<T>(size: number, items: AsyncIterable<T>): AsyncGenerator<readonly T[], void, undefined> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
