import {
  DeviceLostError,
  reduceChannels,
  RULES,
  softmax,
  type Backend,
  type BackendHold,
  type Tensor,
} from '../../src/internal.ts';
import {
  graphOf,
  inputOf,
  Inspector,
  packCheckpoints,
  toOnnx,
  Trainer,
  TrainingDivergedError,
  type Evaluation,
  type Examples,
  type Inspection,
  type Measured,
  type Network,
  type TrainingSnapshot,
  type Weights,
} from '../../src/training.ts';
import type { TrainingResult } from '../internal/training-result.ts';
import { History } from './history.ts';
import type { Material } from './material.ts';
import { settingsFor, type Settings } from './settings.ts';

/** How the score of a class is sent back to the picture. */
export const METHODS = ['gradient', 'guided-backprop'] as const;
export type Method = (typeof METHODS)[number];

/** Steps that are run at once take about so long: the page shows something new ten times a second. */
const PORTION_MS = 100;
/** As many as a trainer runs in one go. */
const MOST_AT_ONCE = 64;
/** Trying the network on what is held out takes at most one part of so many of the time. */
const EVALUATION_SHARE = 8;
/** The last steps whose loss is averaged. */
const RECENT = 20;
/** After so many steps a loss that is not below that of guessing says that nothing is learned. */
const PATIENCE = 200;

/** What is looked at while it learns. */
export interface Look {
  readonly layer: string;
  readonly method: Method;
  /** Place of the picture among {@link LiveTraining.shown}. */
  readonly place: number;
}

/** What there was to see. */
export interface Seen extends Inspection {
  readonly look: Look;
  readonly step: number;
  /** The class that the gradient is of: the likeliest. */
  readonly target: number;
  /** Of each class. */
  readonly probabilities: readonly number[];
  /** Largest magnitude of the gradient over the channels: [h, w]. */
  readonly saliency: Tensor;
}

/** The network after a step, kept to be saved. */
interface Kept extends Measured {
  readonly weights: Weights;
}

export interface LiveOptions {
  readonly network: Network;
  readonly material: Material;
  readonly settings: Settings;
  readonly seed: number;
  readonly holdBackend: () => BackendHold;
}

/** A training that a reader watches: the trainer, what it has come to, and what is kept on the way. */
export class LiveTraining {
  readonly material: Material;
  readonly trainer: Trainer;
  #settings: Settings;
  #history = new History();
  #kept: Kept[] = [];
  #snapshot: TrainingSnapshot | undefined;
  #weights: Weights;
  #recent: { readonly loss: number; readonly accuracy: number }[] = [];
  #tried:
    { readonly step: number; readonly evaluation: Evaluation; readonly ms: number; readonly at: number } | undefined;
  #inspector: { readonly key: readonly unknown[]; readonly opened: Promise<Inspector> } | undefined;
  /** The likeliest class of the last look. */
  #target = 0;
  /** Steps that fit into a portion. */
  #fitting = 1;

  private constructor(trainer: Trainer, material: Material, settings: Settings) {
    this.trainer = trainer;
    this.material = material;
    this.#settings = settings;
    this.#weights = firstWeights(trainer.network);
    this.#keep(0, 0);
  }

  /** Throws as {@link Trainer.create}. Batches are made smaller where there are not as many pictures. */
  static async open({ network, material, settings, seed, holdBackend }: LiveOptions): Promise<LiveTraining> {
    const fitting = fitted(settings, material.training);
    const told = settingsFor(fitting);
    const trainer = await Trainer.create({ network, examples: material.training, seed, backend: holdBackend, ...told });
    return new LiveTraining(trainer, material, fitting);
  }

  /** Pictures that the reader sees: those that it does not learn, where there are any. */
  get shown(): Examples {
    return this.material.heldOut ?? this.material.training;
  }

  get network(): Network {
    return this.trainer.network;
  }

  get backend(): Backend {
    return this.trainer.backend;
  }

  get step(): number {
    return this.trainer.step;
  }

  get weights(): Weights {
    return this.#weights;
  }

  get history(): History {
    return this.#history;
  }

  get batch(): number {
    return this.#settings.batch;
  }

  /** How good it was at what is held out, and after which step. */
  get tried(): { readonly step: number; readonly evaluation: Evaluation } | undefined {
    return this.#tried;
  }

  /** Whether the loss of the last steps is no better than that of guessing, after some patience. */
  get isStuck(): boolean {
    const guessing = Math.log(this.material.training.outputs);
    return this.step >= PATIENCE && this.#recent.length === RECENT && !(mean(this.#recent, 'loss') < 0.999 * guessing);
  }

  get result(): TrainingResult {
    const { epoch = 0, ms = 0 } = this.#snapshot ?? {};
    return {
      step: this.step,
      epoch,
      loss: mean(this.#recent, 'loss'),
      accuracy: mean(this.#recent, 'accuracy'),
      heldOut: this.#tried?.evaluation,
      weights: this.#weights,
      ms,
      adapter: this.backend.adapter,
    };
  }

  /**
   * Runs as many steps as take a tenth of a second, at most `most`; nothing breaks them off, so that what is known of them is whole.
   * Throws TrainingDivergedError, with the weights of the last good step.
   */
  async advance(most: number): Promise<void> {
    const until = nextKept(this.#kept.at(-1)!.step) - this.step;
    const count = Math.max(1, Math.min(this.#fitting, most, MOST_AT_ONCE, until));
    const began = performance.now();
    try {
      this.#note(await this.trainer.steps(count, { weights: true }));
    } catch (error) {
      if (error instanceof TrainingDivergedError) this.#weights = await this.trainer.weights();
      throw error;
    }
    const fitting = Math.round((count * PORTION_MS) / (performance.now() - began));
    this.#fitting = Math.min(Math.max(1, fitting), 2 * count);
  }

  #note(snapshot: TrainingSnapshot): void {
    const { step, epoch, losses, accuracies, weights } = snapshot;
    this.#snapshot = snapshot;
    this.#weights = weights!;
    this.#history.note(snapshot);
    losses.forEach((loss, i) => this.#recent.push({ loss, accuracy: accuracies[i]! }));
    this.#recent = this.#recent.slice(-RECENT);
    if (step >= nextKept(this.#kept.at(-1)!.step)) this.#keep(step, epoch);
  }

  #keep(step: number, epoch: number): void {
    const [loss, accuracy] = [mean(this.#recent, 'loss'), mean(this.#recent, 'accuracy')];
    this.#kept.push({ step, epoch, loss, accuracy, weights: this.#weights });
  }

  /** Whether it is time to try it on what is held out: after steps that are kept, and otherwise not too often. */
  get isTryDue(): boolean {
    if (!this.material.heldOut || this.#tried?.step === this.step) return false;
    if (!this.#tried || this.#kept.at(-1)!.step === this.step) return true;
    return performance.now() - this.#tried.at > EVALUATION_SHARE * this.#tried.ms;
  }

  /** Tries it on what is held out. */
  async try(signal: AbortSignal): Promise<void> {
    const { step } = this;
    const began = performance.now();
    const evaluation = await this.trainer.evaluate(this.material.heldOut!, { signal });
    const at = performance.now();
    this.#tried = { step, evaluation, ms: at - began, at };
    this.#history.noteHeldOut(step, evaluation);
    const last = this.#kept.at(-1)!;
    if (last.step !== step) return;
    this.#kept[this.#kept.length - 1] = { ...last, heldOutLoss: evaluation.loss, heldOutAccuracy: evaluation.accuracy };
  }

  /**
   * Looks into the network as it is now. Undefined where its scores are no numbers, and where the device was lost meanwhile: the next
   * look is on another.
   */
  async look(look: Look, signal: AbortSignal): Promise<Seen | undefined> {
    const { step } = this;
    const input = inputOf(this.shown, look.place);
    try {
      const inspector = await this.#inspectorFor(look);
      // Mostly the likeliest class is still the same.
      let seen = await inspector.look(this.#weights, input, this.#target, signal);
      const target = seen.scores.indexOf(Math.max(...seen.scores));
      // There are no numbers any more, which the next step says.
      if (target < 0) return undefined;
      if (target !== this.#target) seen = await inspector.look(this.#weights, input, target, signal);
      this.#target = target;
      const probabilities = [...softmax(seen.scores)];
      return { ...seen, look, step, target, probabilities, saliency: reduceChannels(seen.gradient, 'max') };
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      this.#forgetInspector();
      return undefined;
    }
  }

  #inspectorFor({ layer, method }: Look): Promise<Inspector> {
    const key = [this.backend, layer, method];
    if (this.#inspector?.key.every((part, i) => part === key[i])) return this.#inspector.opened;
    this.#forgetInspector();
    const rules = method === 'gradient' ? RULES.gradient : RULES.guided;
    const opened = Inspector.open(this.network, this.backend, { layer, rules });
    this.#inspector = { key, opened };
    opened.catch(() => {
      if (this.#inspector?.opened === opened) this.#inspector = undefined;
    });
    return opened;
  }

  #forgetInspector(): void {
    this.#inspector?.opened.then(
      (inspector) => {
        inspector.dispose();
      },
      () => undefined,
    );
    this.#inspector = undefined;
  }

  /** Other settings from the next step on. Throws ArgumentError; nothing changes then. */
  async set(settings: Settings): Promise<void> {
    const fitting = fitted(settings, this.material.training);
    const told = settingsFor(fitting, this.#settings);
    if (Object.keys(told).length > 0) await this.trainer.set(told);
    this.#settings = fitting;
  }

  /** Back to the beginning, from a seed. */
  async reset(seed: number): Promise<void> {
    await this.trainer.reset(seed);
    this.#history = new History();
    this.#snapshot = this.#tried = undefined;
    this.#recent = [];
    this.#kept = [];
    this.#weights = firstWeights(this.network);
    this.#keep(0, 0);
  }

  /** The network as it is now, as an ONNX file that takes any number of pictures at once. */
  toOnnx(): Uint8Array<ArrayBuffer> {
    return this.#fileOf(this.#weights);
  }

  /** The network after the steps that were kept, and as it is now, as one bundle. */
  async toCheckpoints(): Promise<Uint8Array<ArrayBuffer>> {
    const { classes, training, channels } = this.material;
    const [, height, width] = training.shape;
    const { step, epoch, loss, accuracy } = this.result;
    const now = { step, epoch, loss, accuracy, weights: this.#weights };
    const kept = step > this.#kept.at(-1)!.step ? [...this.#kept, now] : this.#kept;
    const checkpoints = kept.map(({ weights, ...measured }) => ({ ...measured, onnx: this.#fileOf(weights) }));
    const { mean, std } = training;
    const preprocessing = { height, width, channels, mean, std, resize: 'stretch' };
    return packCheckpoints(checkpoints, { curves: this.#history.curves, about: { labels: classes, preprocessing } });
  }

  #fileOf(weights: Weights): Uint8Array<ArrayBuffer> {
    return toOnnx(graphOf(this.network, weights), { batch: 'open' });
  }

  dispose(): void {
    this.#forgetInspector();
    this.trainer.dispose();
  }
}

function firstWeights({ parameters, buffers }: Network): Weights {
  return { ...parameters, ...buffers };
}

/** No batch has more pictures than there are. */
function fitted(settings: Settings, { count }: Examples): Settings {
  return { ...settings, batch: settings.batch > count ? count : settings.batch };
}

/** The step after another that is kept: 0, 1, 2, 5, 10, 20, 50, … */
function nextKept(step: number): number {
  for (let power = 1; ; power *= 10) {
    const next = [1, 2, 5].map((digit) => digit * power).find((each) => each > step);
    if (next !== undefined) return next;
  }
}

function mean(list: readonly { readonly loss: number; readonly accuracy: number }[], of: 'loss' | 'accuracy'): number {
  return list.reduce((sum, each) => sum + each[of], 0) / list.length;
}
