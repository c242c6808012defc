import { checkList, checkWhole, shown } from '../check.ts';
import { loadModel, type LoadOptions } from '../engine/load.ts';
import type { AdapterDescription } from '../engine/backend.ts';
import type { Model } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_LAYERS } from '../limits.ts';
import type { Recording } from '../onnx/checkpoints.ts';
import { nonFinite } from '../tensor/non-finite.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { LEAST_SAMPLES, linearCka } from './cka.ts';
import { learnedLayers, type LearnedLayer } from './learned-layers.ts';
import { observe, type Observed, type Strongest } from './observe.ts';
import type { Stimulus } from './stimuli.ts';
import { directionsOf, svcca, type Directions } from './svcca.ts';

/** How like the end of a training a layer is. NaN where that cannot be said. */
export interface Likeness {
  /** Linear CKA of its activations, without bias. */
  readonly cka: number;
  /** Mean canonical correlation of these; NaN of layers too wide for it. */
  readonly svcca: number;
  /** Cosine between its weights then and at the end. */
  readonly cosine: number;
}

/** A layer at a step of a training. */
export interface LayerThen extends Likeness, Omit<LearnedLayer, 'weights'> {
  /** [pictures, channels] */
  readonly codes: Tensor | undefined;
  /** What drives each channel most; none without pictures. */
  readonly strongest: readonly Strongest[];
}

export interface StudyOptions extends Pick<LoadOptions, 'preprocessing' | 'labels' | 'backend'> {
  /** The fixed set of pictures, as a network of the recording takes them; none by default. */
  readonly pictures?: ((model: Model, signal: AbortSignal | undefined) => Promise<readonly Stimulus[]>) | undefined;
  /** Readable layer names → names in the files. */
  readonly names?: LoadOptions['layers'];
  /** Layers that are compared; all with weights by default. */
  readonly layers?: readonly string[] | undefined;
  /** Rows of channels that are compared, 2,000 by default: places of maps, in all pictures. */
  readonly samples?: number | undefined;
}

/** Eigenvectors of a matrix of so many rows take a second. */
const MAX_SVCCA_CHANNELS = 256;

interface End {
  readonly observed: ReadonlyMap<string, Observed>;
  readonly directions: ReadonlyMap<string, Directions>;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/**
 * How the features of a recorded training change: at each of its checkpoints what layers make of a fixed set of pictures, and how like
 * the end that is. One network at a time is in memory; what was found at a step is kept.
 */
export class TrainingStudy {
  readonly recording: Recording;
  readonly #options: StudyOptions;
  readonly #found = new Map<number, readonly LayerThen[]>();
  #pictures: readonly Stimulus[] | undefined;
  #end: End | undefined;
  #ms = 0;
  #adapter: AdapterDescription | undefined;

  constructor(recording: Recording, options: StudyOptions = {}) {
    checkWhole('the number of samples', options.samples ?? SAMPLES, LEAST_SAMPLES, MAX_SAMPLES);
    if (options.layers) checkList('the list of layers', options.layers, MAX_LAYERS);
    this.recording = recording;
    this.#options = options;
  }

  /** Place of the last checkpoint, which others are compared with. */
  get last(): number {
    return this.recording.checkpoints.length - 1;
  }

  /** The fixed set; undefined before the first visit. */
  get pictures(): readonly Stimulus[] | undefined {
    return this.#pictures;
  }

  /** What its visits took together. */
  get ms(): number {
    return this.#ms;
  }

  /** Who did the arithmetic; undefined before the first visit. */
  get adapter(): AdapterDescription | undefined {
    return this.#adapter;
  }

  /** What is known of the layers at a checkpoint, by its place in the recording; undefined before it was visited. */
  at(index: number): readonly LayerThen[] | undefined {
    return this.#found.get(index);
  }

  /**
   * Loads the network of a checkpoint, finds what is not known yet of its layers, and lets `look` use it; then it is disposed of. The
   * first visit goes by the last checkpoint. Throws what {@link loadModel} throws; ArgumentError for layers that are not there or have no
   * weights; AbortError.
   */
  async visit<T>(
    index: number,
    look: (model: Model, layers: readonly LayerThen[]) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { checkpoints } = this.recording;
    checkWhole('the place of a checkpoint', index, 0, this.last);
    if (!this.#end && index !== this.last) await this.visit(this.last, () => Promise.resolve(), signal);
    signal?.throwIfAborted();
    const began = performance.now();
    const { preprocessing, labels, names: layers, backend } = this.#options;
    const model = await loadModel(new Blob([checkpoints[index]!.onnx()]), {
      preprocessing,
      labels,
      layers,
      backend,
      signal,
    });
    try {
      this.#adapter = (await model.open()).adapter;
      return await look(model, this.#found.get(index) ?? (await this.#study(index, model, signal)));
    } finally {
      model.dispose();
      this.#ms += performance.now() - began;
    }
  }

  async #study(index: number, model: Model, signal: AbortSignal | undefined): Promise<readonly LayerThen[]> {
    const { samples = SAMPLES, pictures: find } = this.#options;
    const layers = this.#layersOf(model);
    this.#pictures ??= (await find?.(model, signal)) ?? [];
    const pictures = this.#pictures;
    const tensors = [...new Set(layers.map(({ tensor }) => tensor))];
    const all = pictures.length > 0 ? await observe(model, pictures, tensors, { samples, signal }) : [];
    // Of a training that went wrong nothing can be said from there on.
    const observed = new Map([...all].filter(([, seen]) => nonFinite(seen.samples.data) === undefined));
    this.#end ??= {
      observed,
      directions: await this.#directions(layers, observed, signal),
      weights: new Map(layers.map(({ name, weights }) => [name, weights])),
    };
    const found: LayerThen[] = [];
    for (const { weights, ...layer } of layers) {
      const { samples: rows, codes, strongest = [] } = observed.get(layer.tensor) ?? {};
      const likeness = await this.#likeness(layer, weights, rows, signal);
      found.push({ ...layer, ...likeness, codes, strongest });
    }
    this.#found.set(index, found);
    return found;
  }

  #layersOf(model: Model): readonly LearnedLayer[] {
    const known = learnedLayers(model);
    const { layers = known.map(({ name }) => name) } = this.#options;
    const wanted = layers.map((name) => {
      const tensor = model.resolve(name).name;
      const layer = known.find((one) => one.name === name || one.tensor === tensor);
      if (layer) return layer;
      const expected = known.map((one) => one.name).join(', ');
      throw new ArgumentError('this layer has no weights to learn', { expected, got: shown(name) });
    });
    // In the order of the network.
    return known.filter((layer) => wanted.includes(layer));
  }

  async #directions(
    layers: readonly LearnedLayer[],
    observed: ReadonlyMap<string, Observed>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Directions>> {
    const found = new Map<string, Directions>();
    for (const { tensor, channels } of layers) {
      const samples = observed.get(tensor)?.samples;
      if (samples && channels <= MAX_SVCCA_CHANNELS) found.set(tensor, await directionsOf(samples, { signal }));
    }
    return found;
  }

  async #likeness(
    { name, tensor }: Omit<LearnedLayer, 'weights'>,
    weights: Tensor,
    rows: Tensor | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Likeness> {
    const { observed, directions, weights: end } = this.#end!;
    const last = observed.get(tensor);
    const options = { signal };
    const towards = directions.get(tensor);
    const isEnough = rows !== undefined && rows.shape[0]! >= LEAST_SAMPLES;
    // Each pauses for the page, but not at its end.
    const breathe = breather(signal);
    const cka = isEnough && last ? await linearCka(rows, last.samples, options) : NaN;
    await breathe();
    const own = isEnough && towards ? await directionsOf(rows, options) : undefined;
    await breathe();
    return {
      cka,
      svcca: own && towards ? await svcca(own, towards, options) : NaN,
      cosine: cosineOf(weights.data, end.get(name)!.data),
    };
  }
}

/** Twenty for each of a hundred channels. */
const SAMPLES = 2000;
const MAX_SAMPLES = 100_000;

/** Between two lists of numbers; NaN where one is all zeros. */
function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, own, others] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! * b[i]!;
    own += a[i]! ** 2;
    others += b[i]! ** 2;
  }
  return both / Math.sqrt(own * others);
}

/**
 * The first place from which on all numbers are at least `share` of the last one: when a layer is as it stays. Undefined where there are
 * none, or the last is no number.
 */
export function settledFrom(values: readonly number[], share: number = 0.95): number | undefined {
  const wanted = share * (values.at(-1) ?? NaN);
  if (Number.isNaN(wanted)) return undefined;
  return values.findLastIndex((value) => !(value >= wanted)) + 1;
}
