import { checkList, checkNumber, checkWhole, shown } from '../../check.ts';
import type { AdapterDescription, Backend, Executable } from '../../engine/backend.ts';
import { holdSharedBackend, type BackendHold } from '../../engine/shared.ts';
import { ArgumentError, DeviceLostError, ShapeError, UnpoolError, UseAfterDisposeError } from '../../errors.ts';
import type { Graph } from '../../ir/graph.ts';
import { MAX_RESIDENT_BYTES, MAX_TRAINING_BATCH, MAX_TRAINING_STEPS, SEEDS } from '../../limits.ts';
import { loadFamilies } from '../../ops/registry.ts';
import { nonFinite } from '../../tensor/non-finite.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import type { Transform } from '../parts/transforms.ts';
import type { Augmentation } from './augmentation.ts';
import { Evaluator, type Evaluation } from './evaluate.ts';
import { bytesOf, rowsOf, type Examples } from './examples.ts';
import { emptyMemory, firstState, inputsOf, toldOf, type State } from './feeding.ts';
import { softmaxCrossEntropy, type Loss } from './losses.ts';
import { graphOf, type GraphOptions, type Network, type Weights } from './network.ts';
import { sgd, type Optimiser } from './optimisers.ts';
import { checkRate, rateAt, type Rate } from './schedules.ts';
import { Dealer, type Position } from './shuffle.ts';
import {
  beforeOf,
  dataKindOf,
  INPUTS,
  STEPS_AT_ONCE,
  TRACED,
  trainingGraph,
  type Kept,
  type Recipe,
  type TrainingGraph,
} from './training-graph.ts';

/** What may be changed while a training runs. */
export interface TrainingSettings {
  /** 0.01 with a momentum of 0.9 by default. */
  readonly optimiser?: Optimiser | undefined;
  /** Instead of the rate of the optimiser. */
  readonly rate?: Rate | undefined;
  /** Pictures of a mini-batch; 32 by default. */
  readonly batch?: number | undefined;
  /** The most that the gradient of all parameters together may be long; it is shortened to that. */
  readonly clip?: number | undefined;
  readonly augmentation?: Augmentation | undefined;
  /** As of synthesised images: what they draw by chance is the same for all pictures of a batch. */
  readonly transforms?: readonly Transform[] | undefined;
}

export interface TrainerOptions extends TrainingSettings {
  readonly network: Network;
  readonly examples: Examples;
  /** Softmax cross-entropy by default. */
  readonly loss?: Loss | undefined;
  /** Decides the order of the examples and what happens by chance; 1 by default. The first weights are the network's. */
  readonly seed?: number | undefined;
  /** Who computes, or how to ask for that, now and where its device is lost for good; that of the page by default. */
  readonly backend?: Backend | (() => BackendHold) | undefined;
  /** Examples of so many bytes stay on the device, 64 MB by default; of more, those of the next steps are uploaded. */
  readonly residentBytes?: number | undefined;
}

export interface StepOptions {
  /** Reads the weights too. */
  readonly weights?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StartOptions extends StepOptions {
  /** Steps until it stops; it goes on until it is paused by default. */
  readonly steps?: number | undefined;
  /** A snapshot is taken about this often, ms; 100 by default. */
  readonly pace?: number | undefined;
  readonly onSnapshot?: ((snapshot: TrainingSnapshot) => void) | undefined;
}

/** A training on its way: what one readback brings. */
export interface TrainingSnapshot {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, the last one in part. */
  readonly epoch: number;
  /** Of each step since the last snapshot: the loss of its batch, before it. */
  readonly losses: Float32Array;
  /** And the share of its batch that was right; no numbers where targets are no classes. */
  readonly accuracies: Float32Array;
  /** And the length of the gradient of all parameters together, before it was clipped. */
  readonly gradientNorms: Float32Array;
  /** Of the last step. */
  readonly rate: number;
  /** Parameters and buffers, where they were asked for. */
  readonly weights?: Weights;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/** The numbers left the range of numbers. The trainer has the weights from before that. */
export class TrainingDivergedError extends UnpoolError {
  /** The step, counted from 0, whose loss or gradient is no number. */
  readonly step: number;
  /** The first layer whose output is no number; undefined where all are, and the loss or a gradient is none. */
  readonly layer: string | undefined;

  constructor(step: number, layer: string | undefined) {
    super('diverged', `the training has no numbers any more in step ${step}`, {
      where: layer === undefined ? 'the gradient' : `layer "${layer}"`,
      remedy:
        'The weights are those of the last good step. Go on with a smaller rate, or with gradients that are clipped.',
    });
    this.step = step;
    this.layer = layer;
  }
}

const PACE_MS = 100;
/** Steps after which all of the state is read, to go on from where the device is lost. */
const CHECKPOINT_STEPS = 1000;

/** A recipe as one graph, compiled. */
interface Ready {
  readonly step: TrainingGraph;
  readonly executable: Executable;
  /** Steps that may be run in one go. */
  readonly atOnce: number;
  /** All examples are on the device, and not only those of the next steps. */
  readonly isResident: boolean;
}

/** How far a training is. */
interface Progress extends Position {
  readonly step: number;
  /** The step in which the optimiser began. */
  readonly since: number;
}

const START: Progress = { epoch: 0, seen: 0, step: 0, since: 0 };

/**
 * Trains a network on a device. A step is one graph, whose state are the weights and what the optimiser remembers; the examples
 * are there too, and between snapshots nothing is read back. It comes to the same weights, bit by bit, in whatever portions steps
 * are run, paused or not, on the same device.
 *
 *     const trainer = await Trainer.create({ network, examples: examples({ images, labels, classes: 10, shape: [1, 28, 28] }) });
 *     await trainer.start({ steps: 500, onSnapshot: ({ step, losses }) => console.log(step, losses.at(-1)) });
 *     const { accuracy } = await trainer.evaluate(heldOut);
 */
export class Trainer {
  readonly #holdBackend: (() => BackendHold) | undefined;
  #hold: BackendHold | undefined;
  #backend: Backend;
  readonly #examples: Examples;
  readonly #loss: Loss;
  readonly #residentBytes: number;
  #network: Network;
  #seed: number;
  #recipe: Recipe;
  #dealer: Dealer;
  #ready: Promise<Ready> | undefined;
  /** Of the examples that the network was last evaluated on. */
  #evaluator: Evaluator | undefined;
  /** What is to be given to the next run, where the device does not have it: all of the state. */
  #pending: State | undefined;
  #progress: Progress = START;
  /** Where to go on from when the device is lost. */
  #checkpoint: { readonly progress: Progress; readonly state: State };
  #turn: Promise<unknown> = Promise.resolve();
  #wantsMore = false;
  #disposed = false;
  #ms = 0;

  private constructor(options: TrainerOptions, backend: Backend, hold: BackendHold | undefined) {
    const { network, examples, loss = softmaxCrossEntropy(), seed = 1 } = options;
    this.#holdBackend = hold && holderOf(options);
    this.#hold = hold;
    this.#backend = backend;
    this.#network = network;
    this.#examples = examples;
    this.#loss = loss;
    this.#seed = seed;
    this.#residentBytes = checkNumber('residentBytes', options.residentBytes ?? MAX_RESIDENT_BYTES, { above: 0 });
    this.#recipe = this.#recipeOf({ optimiser: sgd(0.01, { momentum: 0.9 }), batch: 32, ...given(options) });
    this.#dealer = new Dealer(examples.count, seed);
    this.#checkpoint = this.#begin();
  }

  /** Throws ArgumentError or ShapeError for what does not fit, before anything is compiled. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { network, examples, seed = 1 } = options;
    checkWhole('seed', seed, ...SEEDS);
    expectExamples(network, examples);
    await loadFamilies(['random', 'resample', 'training']);
    const { backend } = options;
    if (backend && typeof backend !== 'function') return new Trainer(options, backend, undefined);
    const hold = holderOf(options)();
    try {
      return new Trainer(options, await hold.backend, hold);
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  /** Who computes; another one where its device was lost for good. */
  get backend(): Backend {
    return this.#backend;
  }

  /** What learns, with the weights that it began with. */
  get network(): Network {
    return this.#network;
  }

  /** Steps done. */
  get step(): number {
    return this.#progress.step;
  }

  /** What was set, or what it is by default. */
  get settings(): Readonly<Pick<Recipe, 'optimiser' | 'batch' | 'clip' | 'augmentation' | 'transforms'>> {
    return this.#recipe;
  }

  /** Whether it runs until it is paused. */
  get isRunning(): boolean {
    return this.#wantsMore;
  }

  /** Runs so many steps. Throws {@link TrainingDivergedError}, AbortError, UseAfterDisposeError, what a backend throws. */
  steps(count: number = 1, options: StepOptions = {}): Promise<TrainingSnapshot> {
    checkWhole('the number of steps', count, 1, MAX_TRAINING_STEPS);
    return this.#inTurn(() => this.#advance(count, options));
  }

  /**
   * Runs until it is paused, or for so many steps, and takes snapshots meanwhile. Resolves when it has stopped. Throws as
   * {@link steps}; a signal that fires stops it like that.
   */
  async start({ steps = Infinity, pace = PACE_MS, onSnapshot, ...options }: StartOptions = {}): Promise<void> {
    if (steps !== Infinity) checkWhole('the number of steps', steps, 1, MAX_TRAINING_STEPS);
    checkNumber('pace', pace, { least: 0 });
    if (this.#wantsMore) throw new ArgumentError('the training runs already', { remedy: 'Pause it first.' });
    this.#wantsMore = true;
    try {
      let left = steps;
      for (let wanted = 1; this.isRunning && left > 0;) {
        const began = performance.now();
        const count = Math.min(wanted, left, STEPS_AT_ONCE);
        onSnapshot?.(await this.steps(count, options));
        left -= count;
        const fitting = Math.round((count * pace) / (performance.now() - began));
        wanted = Math.min(Math.max(1, fitting), 2 * count);
      }
    } finally {
      this.#wantsMore = false;
    }
  }

  /** After the steps that are under way nothing more is run, until it is started again. */
  pause(): void {
    this.#wantsMore = false;
  }

  /**
   * Changes something from the next step on. The rate changes at once. Another optimiser begins with nothing remembered; other
   * changes keep what is. Throws ArgumentError.
   */
  set(settings: TrainingSettings): Promise<void> {
    return this.#inTurn(async () => {
      const { optimiser, batch, clip, augmentation, transforms } = this.#recipe;
      const next = this.#recipeOf({ optimiser, batch, clip, augmentation, transforms, ...given(settings) });
      const isNew = settings.optimiser !== undefined;
      const changes = Object.keys(given(settings)).some((name) => name !== 'rate');
      if (changes) {
        const state = await this.#state();
        await this.#drop();
        const remembered = isNew ? emptyMemory(this.#network.parameters, next.optimiser) : {};
        this.#pending = { ...state, ...remembered };
        if (isNew) this.#progress = { ...this.#progress, since: this.#progress.step };
        this.#checkpoint = { progress: this.#progress, state: this.#pending };
      }
      this.#recipe = next;
    });
  }

  /** Back to the beginning; from other weights and in another order where there is another seed. */
  reset(seed?: number): Promise<void> {
    if (seed !== undefined) checkWhole('seed', seed, ...SEEDS);
    return this.#inTurn(async () => {
      if (seed !== undefined && seed !== this.#seed) {
        await this.#drop();
        this.#seed = seed;
        this.#network = this.#network.withSeed(seed);
        this.#recipe = { ...this.#recipe, network: this.#network, seed };
        this.#dealer = new Dealer(this.#examples.count, seed);
      }
      this.#checkpoint = this.#begin();
    });
  }

  /** The parameters and buffers as they are now. */
  weights(): Promise<Weights> {
    return this.#inTurn(async () => this.#weightsIn(await this.#state()));
  }

  /**
   * How good the network is at other examples than those that it learns: the mean loss, the share that is right, and what it takes
   * each for. The examples stay on the device until it is evaluated on others.
   */
  evaluate(examples: Examples, { signal }: Pick<StepOptions, 'signal'> = {}): Promise<Evaluation> {
    return this.#inTurn(async () => {
      expectExamples(this.#network, examples);
      const weights = this.#weightsIn(await this.#state());
      const run = async (): Promise<Evaluation> => (await this.#evaluatorFor(examples)).run(weights, signal);
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof DeviceLostError) || !(await this.#moveOn())) throw error;
      }
      return run();
    });
  }

  /** The network with its weights as they are now, in evaluation: see {@link graphOf}. */
  async graph(options?: GraphOptions): Promise<Graph> {
    return graphOf(this.#network, await this.weights(), options);
  }

  /** Frees what it holds. What is under way rejects with UseAfterDisposeError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#wantsMore = false;
    this.#forgetEvaluator();
    void this.#drop();
    this.#hold?.release();
  }

  /** Runs one at a time, in the order in which they were asked for. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      if (this.#disposed) throw new UseAfterDisposeError('the trainer');
      return work();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #recipeOf({ optimiser, rate, batch, clip, augmentation, transforms = [] }: TrainingSettings): Recipe {
    checkWhole('batch', batch, 1, MAX_TRAINING_BATCH);
    if (batch! > this.#examples.count) {
      throw new ArgumentError('there are fewer pictures than a batch has', {
        expected: `at least ${batch!}`,
        got: String(this.#examples.count),
        remedy: 'Take smaller batches or more pictures.',
      });
    }
    if (clip !== undefined) checkNumber('clip', clip, { above: 0 });
    if (rate !== undefined && typeof rate !== 'function') checkRate(rate);
    if (typeof (optimiser as Partial<Optimiser> | undefined)?.next !== 'function') {
      throw new ArgumentError('there is no optimiser', {
        expected: 'sgd, adam, adamw or rmsprop',
        got: shown(optimiser),
      });
    }
    return {
      network: this.#network,
      loss: this.#loss,
      optimiser: rate === undefined ? optimiser! : { ...optimiser!, rate },
      batch: batch!,
      clip,
      augmentation,
      transforms: checkList('the list of transforms', transforms),
      seed: this.#seed,
    };
  }

  /** The state of the beginning, which the next run is given. */
  #begin(): { readonly progress: Progress; readonly state: State } {
    const { parameters, buffers } = this.#network;
    this.#progress = START;
    this.#ms = 0;
    this.#pending = firstState(parameters, buffers, this.#recipe.optimiser);
    return { progress: START, state: this.#pending };
  }

  async #advance(count: number, { weights = false, signal }: StepOptions): Promise<TrainingSnapshot> {
    const began = performance.now();
    const target = this.#progress.step + count;
    const first = this.#progress.step;
    const traces = new Float32Array(TRACED * count);
    let losses = 0;
    let now: Weights | undefined;
    while (this.#progress.step < target) {
      const from = this.#progress.step;
      try {
        signal?.throwIfAborted();
        const { trace, ...read } = await this.#portion(target - from, weights);
        now = read.weights;
        // After a loss of the device steps are done again that an earlier snapshot has shown.
        const skipped = Math.max(0, first - from);
        traces.set(trace.subarray(TRACED * skipped), TRACED * (from + skipped - first));
        losses = 0;
        if (this.#progress.step - this.#checkpoint.progress.step >= CHECKPOINT_STEPS) await this.#state();
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        if (++losses > 1 && !(await this.#moveOn())) throw error;
        this.#goBack();
      }
    }
    this.#ms += performance.now() - began;
    const traced = (which: number): Float32Array =>
      Float32Array.from({ length: count }, (_, i) => traces[TRACED * i + which]!);
    const { epoch, seen } = this.#progress;
    return {
      step: target,
      epoch: epoch + seen / this.#examples.count,
      losses: traced(0),
      accuracies: this.#examples.targets.values instanceof Uint8Array ? traced(1) : new Float32Array(count).fill(NaN),
      gradientNorms: traced(2),
      rate: rateAt(this.#recipe.optimiser.rate, target - 1),
      ...(now && { weights: now }),
      ms: this.#ms,
      adapter: this.#backend.adapter,
    };
  }

  async #evaluatorFor(examples: Examples): Promise<Evaluator> {
    if (this.#evaluator?.examples === examples) return this.#evaluator;
    this.#forgetEvaluator();
    const evaluator = await Evaluator.open(this.#network, examples, this.#loss, this.#backend);
    if (this.#disposed) {
      evaluator.dispose();
      throw new UseAfterDisposeError('the trainer');
    }
    return (this.#evaluator = evaluator);
  }

  #forgetEvaluator(): void {
    this.#evaluator?.dispose();
    this.#evaluator = undefined;
  }

  #goBack(): void {
    this.#progress = this.#checkpoint.progress;
    this.#pending = this.#checkpoint.state;
  }

  /** Whether another backend is there than the one whose device is lost for good, as in a Model; it goes on from the checkpoint. */
  async #moveOn(): Promise<boolean> {
    if (!this.#holdBackend) return false;
    const next = this.#holdBackend();
    const backend = await next.backend.catch(() => undefined);
    if (!backend || backend === this.#backend || this.#disposed) {
      next.release();
      return false;
    }
    this.#forgetEvaluator();
    await this.#drop();
    this.#hold?.release();
    [this.#hold, this.#backend] = [next, backend];
    this.#goBack();
    return true;
  }

  /** Some steps, at most `wanted`, in one go: what they leave in the trace, and the weights after them in the same readback. */
  async #portion(
    wanted: number,
    readsWeights: boolean,
  ): Promise<{ readonly trace: Float32Array; readonly weights: Weights | undefined }> {
    const { step: graph, executable, atOnce, isResident } = await this.#compiled();
    const { optimiser, batch } = this.#recipe;
    const steps = Math.min(wanted, atOnce);
    const { places, after } = this.#dealer.deal(this.#progress, batch, steps);
    const told = toldOf(graph, optimiser, isResident ? places : inOrder(places.length), steps, this.#progress);
    const rows = this.#rows(isResident, places, batch * atOnce);
    const state = this.#pending;
    this.#pending = undefined;
    try {
      const inputs = inputsOf(graph, { ...state, ...(state || !isResident ? rows() : {}), ...told });
      const names = readsWeights && steps === wanted ? this.#names() : [];
      const read = [graph.trace, graph.go, ...names.map((name) => graph.state[name]!)];
      const found = await executable.run(inputs, { steps, read });
      const trace = found[graph.trace]!.data as Float32Array;
      if (Number(found[graph.go]!.data[0]) === 0) throw await this.#diverged(graph, executable, trace, places);
      this.#progress = { ...after, step: this.#progress.step + steps, since: this.#progress.since };
      const weights = names.map((name) => [name, found[graph.state[name]!]!] as const);
      return {
        trace: Float32Array.from(trace.subarray(0, TRACED * steps)),
        weights: names.length > 0 ? Object.fromEntries(weights) : undefined,
      };
    } catch (error) {
      // Nothing tells how far it came.
      if (!(error instanceof TrainingDivergedError)) this.#goBack();
      throw error;
    }
  }

  /** The examples as the graph takes them: all of them, or those of some steps. */
  #rows(isResident: boolean, places: Uint32Array, room: number): () => State {
    const { images, targets } = this.#examples;
    if (isResident) return () => ({ [INPUTS.images]: rowsOf(images), [INPUTS.targets]: rowsOf(targets) });
    const padded = new Uint32Array(room);
    padded.set(places);
    return () => ({ [INPUTS.images]: rowsOf(images, padded), [INPUTS.targets]: rowsOf(targets, padded) });
  }

  /** Goes back to before the step that went wrong, and says which layer it was. */
  async #diverged(
    graph: TrainingGraph,
    executable: Executable,
    trace: Float32Array,
    places: Uint32Array,
  ): Promise<TrainingDivergedError> {
    const { batch, optimiser } = this.#recipe;
    const at = trace.findIndex((value) => !Number.isFinite(value));
    const done = Math.floor(at / TRACED);
    const step = this.#progress.step + done;
    const bad = await this.#readState(graph, executable);
    const good = this.#names().map((name) => [name, bad[beforeOf(name)]!] as const);
    const { after } = this.#dealer.deal(this.#progress, batch, Math.max(done - 1, 0));
    const before = Math.max(this.#progress.step, step - 1);
    const failing = places.subarray(done * batch, (done + 1) * batch);
    const layer = await this.#failingLayer(bad, failing, step);
    this.#progress = { ...(done > 0 ? after : this.#progress), step: before, since: before };
    this.#pending = {
      ...bad,
      ...Object.fromEntries(good),
      ...emptyMemory(this.#network.parameters, optimiser),
      ...scalarsAt(before),
    };
    this.#checkpoint = { progress: this.#progress, state: this.#pending };
    return new TrainingDivergedError(step, layer);
  }

  /** The first layer that makes what is no number of these examples. */
  async #failingLayer(state: State, places: Uint32Array, step: number): Promise<string | undefined> {
    const { graph, executable } = await this.#compile(places.length, 'layers');
    try {
      const told = toldOf(graph, this.#recipe.optimiser, inOrder(places.length), 1, { step, since: step });
      const rows = this.#rows(false, places, places.length)();
      const inputs = inputsOf(graph, { ...state, ...told, ...rows, ...scalarsAt(step) });
      const found = await executable.run(inputs, { read: [...new Set(graph.layers.values())] });
      return [...graph.layers].find(([, tensor]) => nonFinite(found[tensor]!.data) !== undefined)?.[0];
    } finally {
      executable.dispose();
    }
  }

  /** All of the state, read back where it is on the device; training goes on from there where that is lost. */
  async #state(): Promise<State> {
    if (this.#pending) return this.#pending;
    const { step } = this.#progress;
    try {
      const { step: graph, executable } = await this.#compiled();
      const state = await this.#readState(graph, executable);
      this.#checkpoint = { progress: this.#progress, state };
      return state;
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      this.#goBack();
    }
    // What is lost is done again.
    if (this.#progress.step < step) await this.#advance(step - this.#progress.step, {});
    return this.#state();
  }

  /** A run of no steps: the inputs are what the last one left. */
  async #readState(step: TrainingGraph, executable: Executable): Promise<State> {
    const changing = Object.entries(step.state).filter(([input, output]) => input !== output && !PER_RUN.has(input));
    const told = toldOf(step, this.#recipe.optimiser, new Uint32Array(), 0, this.#progress);
    return executable.run(inputsOf(step, told), { steps: 0, read: changing.map(([input]) => input) });
  }

  /** Of parameters and buffers. */
  #names(): readonly string[] {
    return Object.keys({ ...this.#network.parameters, ...this.#network.buffers });
  }

  #weightsIn(state: State): Weights {
    return Object.fromEntries(this.#names().map((name) => [name, state[name]!]));
  }

  #compiled(): Promise<Ready> {
    if (this.#ready) return this.#ready;
    const { batch } = this.#recipe;
    const bytes = bytesOf(this.#examples);
    const isResident = bytes <= this.#residentBytes;
    const fitting = Math.floor(((this.#residentBytes / bytes) * this.#examples.count) / batch);
    const atOnce = isResident ? STEPS_AT_ONCE : Math.max(1, Math.min(STEPS_AT_ONCE, fitting));
    const rows = isResident ? this.#examples.count : batch * atOnce;
    const ready = this.#compile(rows, 'nothing').then(({ graph, executable }) => {
      return { step: graph, executable, atOnce, isResident };
    });
    this.#ready = ready;
    ready.catch(() => {
      if (this.#ready === ready) this.#ready = undefined;
    });
    return ready;
  }

  async #compile(
    rows: number,
    kept: Kept,
  ): Promise<{ readonly graph: TrainingGraph; readonly executable: Executable }> {
    const graph = trainingGraph(this.#recipe, this.#examples, dataKindOf(this.#examples, rows), kept);
    const executable = await this.#backend.compile(graph.graph, { state: graph.state });
    return { graph, executable };
  }

  async #drop(): Promise<void> {
    const ready = this.#ready;
    this.#ready = undefined;
    const compiled = await ready?.catch(() => undefined);
    compiled?.executable.dispose();
  }
}

/** Inputs that each run is given anew, though they are state within it. */
const PER_RUN: ReadonlySet<string> = new Set([INPUTS.at, INPUTS.trace]);

/** The numbers of a state that goes on in a step. */
function scalarsAt(step: number): State {
  return { [INPUTS.step]: float32([], [step]), [INPUTS.go]: float32([], [1]) };
}

/** How a trainer comes to a backend that it was not given. */
function holderOf({ backend }: TrainerOptions): () => BackendHold {
  return typeof backend === 'function' ? backend : holdSharedBackend;
}

function inOrder(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** Settings that were given. */
function given({ optimiser, rate, batch, clip, augmentation, transforms }: TrainingSettings): TrainingSettings {
  const all = { optimiser, rate, batch, clip, augmentation, transforms };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function expectExamples(network: Network, { shape, outputs, images }: Examples): void {
  if (images.size === 0 || !sameShape(shape, network.input)) {
    throw new ShapeError('the pictures are not of the network’s size', {
      expected: formatShape(network.input),
      got: formatShape(shape),
    });
  }
  if (outputs === network.outputs) return;
  throw new ArgumentError('there is not one output for each class', {
    expected: `${network.outputs}, which the network makes`,
    got: String(outputs),
  });
}
