import { ArgumentError, DeviceLostError, ShapeError, UseAfterDisposeError } from '../errors.ts';
import { layersOf, resolveTensor, type Layer } from '../graph/layers.ts';
import type { Graph, Value } from '../ir/graph.ts';
import { cutImage, type ImageSource } from '../models/image.ts';
import type { Label } from '../models/labels.ts';
import type { HeadKind, Preprocessing } from '../models/manifest.ts';
import type { Picture } from '../models/picture.ts';
import { toInput, type Placement } from '../models/preprocess.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Backend, CompileOptions, Executable, RunOptions } from './backend.ts';
import { findHead, namedClasses, type Head, type HeadHints } from './head.ts';
import { expectFinite } from './numbers.ts';
import type { BackendHold } from './shared.ts';

/** A picture as a network sees it. */
export interface Sample {
  /** The part of the picture that the network sees, at its size. */
  readonly crop: Picture;
  /** Where the crop lies in the picture. */
  readonly placement: Placement;
  /** [1, c, h, w] */
  readonly input: Tensor;
}

/** What a method looks at: a picture from anywhere, or one that was prepared, of which most methods read the input only. */
export type SampleSource = ImageSource | Pick<Sample, 'input'>;

export interface ModelParts {
  readonly name: string;
  readonly graph: Graph;
  /** Who runs it, or how to ask for that when something is first to be run; the model then releases it. */
  readonly backend: Backend | (() => BackendHold);
  readonly preprocessing: Preprocessing;
  /** Why pictures are prepared so, where nobody said how. */
  readonly guess?: string | undefined;
  /** The classes by id; empty where they have no names. */
  readonly labels?: readonly Label[] | undefined;
  /** Readable layer names → tensors of the graph. */
  readonly layers?: Readonly<Record<string, string>> | undefined;
  /** Tensor of the unnormalised class scores, or of what a softmax or sigmoid makes of them; found when absent. */
  readonly logits?: string | undefined;
  /** What the outputs mean; found in the graph when absent. */
  readonly head?: HeadKind | undefined;
}

interface PrepareOptions {
  readonly signal?: AbortSignal | undefined;
}

/** No source of pictures has an `input`. */
function isPrepared(source: unknown): source is Pick<Sample, 'input'> {
  const input = (source as Partial<Sample> | null | undefined)?.input as Partial<Tensor> | null | undefined;
  return ArrayBuffer.isView(input?.data) && Array.isArray(input.shape);
}

/** Executables kept ready for one model; beyond that the least recently used is freed, unless it is at work. */
const MAX_READY = 6;

interface Ready {
  readonly executable: Promise<Executable>;
  /** Runs under way. */
  runs: number;
}

/**
 * A network on a backend, with what is needed to feed it pictures and to name its layers and classes.
 * Methods ask it for executables of graphs they derive from `graph`; these are shared under a key.
 */
export class Model {
  readonly name: string;
  readonly graph: Graph;
  readonly preprocessing: Preprocessing;
  /** Why pictures are prepared so, where nobody said how. */
  readonly guess: string | undefined;
  /** The classes by id; empty where they have no names. */
  readonly labels: readonly Label[];
  /** The image input [1, c, h, w]. */
  readonly input: Value;
  readonly #head: Head | ArgumentError;
  readonly #aliases: Readonly<Record<string, string>>;
  readonly #ready = new Map<string, Ready>();
  /** Executables that somebody asked for and disposes of. */
  readonly #lent = new Set<Promise<Executable>>();
  readonly #holdBackend: (() => BackendHold) | undefined;
  #hold: BackendHold | undefined;
  #backend: Backend | undefined;
  #disposed = false;

  /** Throws ShapeError where it is no picture that the network takes, ArgumentError where labels, logits or head do not fit. */
  constructor({ name, graph, backend, preprocessing, labels = [], layers = {}, ...wanted }: ModelParts) {
    const input = graph.values.get(graph.inputs[0] ?? '');
    if (graph.inputs.length !== 1 || input?.shape.length !== 4) {
      throw new ShapeError('the network takes more than a picture, or none', {
        expected: 'one input [n, c, h, w]',
        got: graph.inputs.map((n) => `${n} [${formatShape(graph.values.get(n)!.shape)}]`).join(', ') || 'no input',
      });
    }
    this.name = name;
    const logits = wanted.logits === undefined ? undefined : resolveTensor(graph, wanted.logits, layers);
    const found = headOf(graph, { kind: wanted.head, logits, labels: labels.length });
    this.graph = found.graph;
    if (typeof backend === 'function') this.#holdBackend = backend;
    else this.#backend = backend;
    this.preprocessing = preprocessing;
    this.guess = wanted.guess;
    this.#head = found.head;
    this.labels = found.head instanceof ArgumentError ? labels : namedClasses(found.head, labels);
    this.input = input;
    this.#aliases = layers;
  }

  /** How the network says what it sees. Throws ArgumentError where it has no classes or it is not clear which they are. */
  get head(): Head {
    if (this.#head instanceof ArgumentError) throw this.#head;
    return this.#head;
  }

  /** Whether there is a `head`. Layers can be looked at without one. */
  get hasHead(): boolean {
    return !(this.#head instanceof ArgumentError);
  }

  /** Tensor of the unnormalised class scores [1, classes]: that of the `head`. */
  get logits(): string {
    return this.head.logits;
  }

  /** Who runs the network. Throws ArgumentError before {@link open}, where the model was loaded to be opened later. */
  get backend(): Backend {
    if (this.#backend) return this.#backend;
    throw new ArgumentError('nothing runs this network yet', {
      where: this.name,
      remedy: 'Await `model.open()` first.',
    });
  }

  /** The backend, opened when first asked for. Throws UnsupportedEnvironmentError where there is none; may be tried again. */
  async open(): Promise<Backend> {
    if (this.#disposed) throw new UseAfterDisposeError(`model "${this.name}"`);
    if (this.#backend) return this.#backend;
    const hold = (this.#hold ??= this.#holdBackend!());
    try {
      const backend = await hold.backend;
      if (this.#hold === hold) return (this.#backend = backend);
    } catch (error) {
      if (this.#hold === hold) this.#hold = undefined;
      hold.release();
      throw error;
    }
    throw new UseAfterDisposeError(`model "${this.name}"`);
  }

  /** The layers a reader may name, in order. */
  get layers(): readonly Layer[] {
    return layersOf(this.graph, this.#aliases);
  }

  /** The tensor behind a layer's name. Throws ArgumentError listing the layers there are. */
  resolve(layer: string): Value {
    return this.graph.values.get(resolveTensor(this.graph, layer, this.#aliases))!;
  }

  /** Whether {@link resolve} knows a name. */
  hasLayer(name: string): boolean {
    try {
      this.resolve(name);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Loads a picture and turns it into the network's input [1, c, h, w]. What was prepared before stays as it is: prepare a
   * picture once where several methods look at it. Throws ImageError, the signal's reason when aborted.
   */
  prepare(source: ImageSource | Sample, options?: PrepareOptions): Promise<Sample>;
  prepare(source: SampleSource, options?: PrepareOptions): Promise<Pick<Sample, 'input'>>;
  async prepare(source: SampleSource, options: PrepareOptions = {}): Promise<Pick<Sample, 'input'>> {
    if (isPrepared(source)) return source;
    const { crop, placement } = await cutImage(source, this.preprocessing, options);
    const sample: Sample = { crop, placement, input: toInput(crop, this.preprocessing) };
    return sample;
  }

  /**
   * Runs a graph derived from the model's. `build` is called, and the result compiled, only when there is none under
   * `key` yet; `feed` is asked for each input that graph has. Throws NonFiniteError for results that are no numbers.
   */
  async run(
    key: string,
    build: (graph: Graph) => Graph,
    feed: (input: string) => Tensor,
    options?: RunOptions,
  ): Promise<Record<string, Tensor>> {
    if (this.#disposed) throw new UseAfterDisposeError(`model "${this.name}"`);
    const ready = this.#ready.get(key) ?? { executable: this.#compile(() => build(this.graph)), runs: 0 };
    // Most recently used last
    this.#ready.delete(key);
    this.#ready.set(key, ready);
    ready.runs++;
    const on = this.#backend;
    try {
      const executable = await ready.executable;
      options?.signal?.throwIfAborted();
      const inputs = executable.graph.inputs.map((input) => [input, feed(input)] as const);
      const results = await executable.run(Object.fromEntries(inputs), options);
      await this.expectFinite(Object.values(results), new Map(inputs).get(this.input.name));
      return results;
    } catch (error) {
      if (!(await this.#moveOn(error, on ?? this.#backend))) throw error;
    } finally {
      ready.runs--;
      this.#evict(key);
    }
    return this.run(key, build, feed, options);
  }

  /**
   * Throws NonFiniteError where what came of an input holds a NaN or an infinity, naming the first layer that makes one.
   * `run` has done so already.
   */
  async expectFinite(results: readonly Tensor[], input: Tensor | undefined): Promise<void> {
    await expectFinite(results, { graph: this.graph, backend: this.backend, input });
  }

  /** Compiles a graph that is not kept ready: whoever asks disposes of it, the model at the latest. */
  async compile(graph: Graph, options?: CompileOptions): Promise<Executable> {
    let lent = await this.#lend(graph, options);
    /** On another backend where the first is lost for good. */
    const again = async <T>(use: (executable: Executable) => Promise<T>): Promise<T> => {
      try {
        return await use(lent.executable);
      } catch (error) {
        if (!(await this.#moveOn(error, lent.on))) throw error;
      }
      this.#lent.delete(lent.compiled);
      lent = await this.#lend(graph, options);
      return use(lent.executable);
    };
    return {
      graph,
      run: (inputs, runOptions) => again((executable) => executable.run(inputs, runOptions)),
      show: async (inputs, show, runOptions) => {
        const { runAndShow } = await import('./show.ts');
        return again((executable) => runAndShow(executable, inputs, show, runOptions));
      },
      tierUp: () => lent.executable.tierUp(),
      dispose: () => {
        this.#lent.delete(lent.compiled);
        lent.executable.dispose();
      },
    };
  }

  /** Runs under way reject with UseAfterDisposeError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const compiled of this.#lent) disposeOf(compiled);
    for (const key of [...this.#ready.keys()]) this.#free(key);
    this.#hold?.release();
    this.#hold = undefined;
  }

  async #lend(
    graph: Graph,
    options: CompileOptions | undefined,
  ): Promise<{ readonly compiled: Promise<Executable>; readonly executable: Executable; readonly on: Backend }> {
    if (this.#disposed) throw new UseAfterDisposeError(`model "${this.name}"`);
    const compiled = this.#compile(() => graph, options);
    this.#lent.add(compiled);
    try {
      return { compiled, executable: await compiled, on: this.backend };
    } catch (error) {
      this.#lent.delete(compiled);
      throw error;
    }
  }

  /**
   * Whether another backend than the one that was lost is there, since its device was lost for good: what was compiled on that
   * is gone.
   */
  async #moveOn(error: unknown, lost: Backend | undefined): Promise<boolean> {
    const isOther = (): boolean => !this.#disposed && this.#backend !== lost;
    if (isOther() || !(error instanceof DeviceLostError) || !this.#holdBackend || this.#disposed) return isOther();
    const next = this.#holdBackend();
    const backend = await next.backend.catch(() => undefined);
    // Somebody else may have been faster
    if (!backend || backend === lost || isOther()) {
      next.release();
      return isOther();
    }
    this.#hold?.release();
    [this.#hold, this.#backend] = [next, backend];
    for (const key of [...this.#ready.keys()]) this.#free(key);
    return true;
  }

  async #compile(build: () => Graph, options?: CompileOptions): Promise<Executable> {
    return (this.#backend ?? (await this.open())).compile(build(), options);
  }

  /** Forgets a failed compilation, and frees what has not been used for longest. */
  #evict(last: string): void {
    const used = this.#ready.get(last);
    used?.executable.catch(() => {
      if (this.#ready.get(last) === used) this.#ready.delete(last);
    });
    for (const [key, { runs }] of this.#ready) {
      if (this.#ready.size <= MAX_READY) return;
      if (runs === 0) this.#free(key);
    }
  }

  #free(key: string): void {
    const ready = this.#ready.get(key);
    this.#ready.delete(key);
    if (ready) disposeOf(ready.executable);
  }
}

function disposeOf(compiled: Promise<Executable>): void {
  compiled.then(
    (executable) => {
      executable.dispose();
    },
    () => undefined,
  );
}

/** A network whose classes nobody mentions may have none. */
function headOf(graph: Graph, hints: HeadHints): { readonly graph: Graph; readonly head: Head | ArgumentError } {
  try {
    return findHead(graph, hints);
  } catch (error) {
    const asked = hints.kind !== undefined || hints.logits !== undefined || hints.labels > 0;
    if (asked || !(error instanceof ArgumentError)) throw error;
    return { graph, head: error };
  }
}
