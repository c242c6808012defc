import { checkList, checkNumber, checkWhole, shown } from '../check.ts';
import type { AdapterDescription, Executable } from '../engine/backend.ts';
import type { Model } from '../engine/model.ts';
import { ArgumentError, UnpoolError } from '../errors.ts';
import { MAX_IMAGE_PX, MAX_IMAGE_SIDE, MAX_IMAGES, MAX_STEPS, SEEDS } from '../limits.ts';
import type { Preprocessing } from '../models/manifest.ts';
import { loadFamilies } from '../ops/registry.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { nonFinite } from '../tensor/non-finite.ts';
import { normalNumbers, randomNumbers } from '../tensor/random.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import type { Constraint } from './parts/constraints.ts';
import type { Objective } from './parts/objectives.ts';
import { sgd, type Optimiser } from './parts/optimisers.ts';
import { toNetwork } from './parts/images.ts';
import { pixels, type Canvas, type Parametrisation } from './parts/parametrisations.ts';
import { imageGraph, stepGraph, SYNTHESIS_FAMILIES, type Recipe, type StepGraph } from './parts/step-graph.ts';
import type { Transform } from './parts/transforms.ts';

/** What an image is made from. Everything but the objective has a default. */
export interface SynthesisOptions {
  readonly objective: Objective;
  /** How numbers become the image; `pixels()` by default. */
  readonly parametrisation?: Parametrisation | undefined;
  /** What happens to the image before the network sees it, in order. What changes its size is undone at the end. */
  readonly transforms?: readonly Transform[] | undefined;
  /** Steps of length 1 along the gradient by default. */
  readonly optimiser?: Optimiser | undefined;
  /** Terms that are added to the objective: penalties bring their minus along. */
  readonly penalties?: readonly Objective[] | undefined;
  /** What is done to the pixels after each step, in order. */
  readonly constraints?: readonly Constraint[] | undefined;
  readonly steps?: number | undefined;
  /** Decides the first image and what transforms do. The same seed gives the same image on the same device. */
  readonly seed?: number | undefined;
  /** Height and width of the image, those of the network's input by default. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** Images that are made at once. */
  readonly count?: number | undefined;
  /** First steps in which signals may pass units that are off where otherwise none would (Lucid: 16); none by default. */
  readonly redirectedSteps?: number | undefined;
  /** A snapshot of the same recipe to go on from. What the optimiser remembered starts anew. */
  readonly from?: Snapshot | undefined;
  /** Asked before each stretch of steps: the weights of the objective's and then the penalties' terms. */
  readonly weights?: (() => readonly number[]) | undefined;
  /** A snapshot is yielded about this often, ms; more often only costs readbacks. */
  readonly pace?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Share of the steps that is done, 0…1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** An image on its way. */
export interface Snapshot {
  /** [n, c, h, w] in the network's input space; `toPicture` shows it. */
  readonly image: Tensor;
  /** What the numbers of that space stand for. */
  readonly preprocessing: Preprocessing;
  /** The numbers behind it, to go on from. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Steps done, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** The objective before each step that was done, penalties included [step]. */
  readonly trace: Float32Array;
  /** Its terms before the last step, not weighted. */
  readonly terms: readonly { readonly says: string; readonly value: number }[];
  /** Length of the gradient in the last step. */
  readonly gradientNorm: number;
  /** What a reader should know. */
  readonly notes: readonly string[];
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/** The numbers left the range of numbers. */
export class DivergedError extends UnpoolError {
  /** The first step whose objective, gradient or image is no number. */
  readonly step: number;
  /** From before it. */
  readonly last: Snapshot;

  constructor(step: number, last: Snapshot) {
    super('diverged', `what is grown is no number any more in step ${step}`, {
      where: `the last good image is of step ${last.step}`,
      remedy: 'Take smaller steps or stronger penalties.',
    });
    this.step = step;
    this.last = last;
  }
}

const PACE_MS = 100;
/** Transforms, penalties or constraints: each is part of every step's graph. */
const MAX_PARTS = 256;
/** Steps in one go, however fast they are. */
const MOST_AT_ONCE = 64;
const DEAD =
  'Nothing flows back from the objective at this start: its units are off. Try another seed, more noise to start from, redirected steps, or another unit.';

/** Said where a run went on from a snapshot on another device. */
const lossText = (step: number): string =>
  `The GPU was lost and opened again: it went on from step ${step}, and what the optimiser remembered of the steps before is forgotten.`;

/**
 * Makes an image by going up the gradient of an objective. A step is one graph on the device, which keeps the image and
 * what the optimiser remembers; between snapshots nothing is read back. Yields the start and then snapshots; asking for no
 * more pauses it. Where the device is lost it goes on from the last snapshot on another.
 *
 * Throws ArgumentError or ShapeError for parts that do not fit, {@link DivergedError} when the numbers do, AbortError.
 */
export async function* synthesize(model: Model, options: SynthesisOptions): AsyncGenerator<Snapshot, void, undefined> {
  const { signal, onProgress, pace = PACE_MS, weights } = options;
  if (pace !== Infinity) checkNumber('pace', pace, { least: 0 });
  const synthesis = await Synthesis.create(model, options);
  try {
    const { steps, redirectedSteps } = synthesis;
    let last = await synthesis.begin(options.from);
    yield last;
    for (let wanted = 1; last.step < steps;) {
      const from = performance.now();
      const stretch = Math.min(wanted, synthesis.stretchFrom(last.step));
      for (const [i, weight] of (weights?.() ?? []).entries())
        synthesis.set(`weight ${i}`, checkNumber(`weight ${i}`, weight));
      const next = await synthesis.advance(last, stretch, last.step < redirectedSteps, signal);
      const wrong = divergedIn(next);
      if (wrong !== undefined) throw new DivergedError(wrong, last);
      const dead = next.gradientNorm === 0 && next.step === 1;
      last = dead ? { ...next, notes: [...next.notes, DEAD] } : next;
      onProgress?.(last.step / steps);
      yield last;
      if (dead) return;
      wanted = Math.min(
        Math.max(1, Math.round((stretch * pace) / (performance.now() - from))),
        MOST_AT_ONCE,
        2 * stretch,
      );
    }
  } finally {
    synthesis.dispose();
  }
}

/** The first step that went wrong; the last where its objective is a number still, but what it led to is none. */
function divergedIn({ trace, gradientNorm, image, step }: Snapshot): number | undefined {
  const wrong = trace.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) return wrong;
  return Number.isFinite(gradientNorm) && nonFinite(image.data) === undefined ? undefined : step - 1;
}

function checkObjective(objective: Objective | undefined): void {
  const terms: unknown = objective?.terms;
  if (Array.isArray(terms) && terms.length > 0) return;
  const expected = 'what a function of `objectives` makes';
  throw new ArgumentError('there is no objective', { expected, got: shown(objective) });
}

/** Parts that are made of functions. */
function checkParts<T>(kind: string, parts: readonly T[], method: keyof T & string): void {
  for (const part of checkList(`the list of ${kind}`, parts, MAX_PARTS)) {
    if (typeof (part as Partial<T> | null | undefined)?.[method] === 'function') continue;
    const expected = `what a function of \`${kind}\` makes`;
    throw new ArgumentError(`this is none of ${kind}`, { expected, got: shown(part) });
  }
}

function checkSize(size: readonly [height: number, width: number], count: number): void {
  const [height, width] = checkList('size', size, 2);
  checkWhole('the height', height, 1, MAX_IMAGE_SIDE);
  checkWhole('the width', width, 1, MAX_IMAGE_SIDE);
  const pixels = count * size[0] * size[1];
  if (pixels <= MAX_IMAGE_PX) return;
  const got = `${count} of ${size[0]}×${size[1]}`;
  throw new ArgumentError('the images are too large', { expected: `at most ${MAX_IMAGE_PX} pixels together`, got });
}

/** A recipe made ready to run: what {@link synthesize} and searches over settings share. */
export class Synthesis {
  readonly steps: number;
  readonly redirectedSteps: number;
  readonly canvas: Canvas;
  readonly #model: Model;
  readonly #recipe: Recipe;
  /** Of steps in which nothing is redirected. */
  readonly #plain: StepGraph;
  readonly #began = performance.now();
  readonly #settings = new Map<string, number>();
  /** By whether signals are redirected. */
  readonly #ready = new Map<boolean, { readonly step: StepGraph; readonly executable: Executable }>();
  #image: Executable | undefined;
  /** What to give to the next run. */
  #given: Record<string, Tensor> = {};
  #redirected: boolean | undefined;
  #rate: number | undefined;
  /** What a reader should know of the way here. */
  readonly #notes: string[] = [];

  private constructor(model: Model, canvas: Canvas, recipe: Recipe, redirectedSteps: number) {
    this.#model = model;
    this.#recipe = recipe;
    this.#plain = stepGraph(model, canvas, recipe);
    for (const [name, { value }] of this.#plain.settings) this.set(name, value);
    this.canvas = canvas;
    this.steps = recipe.steps;
    this.redirectedSteps = redirectedSteps;
  }

  /** Throws for what does not fit before anything is compiled. */
  static async create(model: Model, options: SynthesisOptions): Promise<Synthesis> {
    const { objective, penalties = [], steps = 256, seed = 1, count = 1, redirectedSteps = 0 } = options;
    const [, c, ...own] = model.input.shape as [number, number, number, number];
    const size = options.size ?? own;
    for (const term of [objective, ...checkList('the list of penalties', penalties, MAX_PARTS)]) checkObjective(term);
    checkParts('parametrisations', [options.parametrisation ?? pixels()], 'image');
    checkParts('transforms', options.transforms ?? [], 'apply');
    checkParts('optimisers', [options.optimiser ?? sgd(1)], 'next');
    checkParts('constraints', options.constraints ?? [], 'apply');
    // One more for those who ask how good the last image is
    checkWhole('steps', steps, 1, MAX_STEPS + 1);
    checkWhole('seed', seed, ...SEEDS);
    checkWhole('count', count, 1, MAX_IMAGES);
    checkWhole('redirectedSteps', redirectedSteps, 0, MAX_STEPS);
    checkSize(size, count);
    await loadFamilies(SYNTHESIS_FAMILIES);
    const breathe = breather(options.signal);
    const [h, w] = size;
    const canvas = {
      shape: [count, c, h, w],
      preprocessing: model.preprocessing,
      noise: () => normalNumbers(randomNumbers(seed)),
    } as const;
    const parametrisation = options.parametrisation ?? pixels();
    const recipe = {
      objective: penalties.reduce((sum, penalty) => sum.plus(penalty), objective),
      parametrisation,
      start: parametrisation.start(canvas),
      transforms: options.transforms ?? [],
      optimiser: options.optimiser ?? sgd(1, { normalise: 'l2' }),
      constraints: options.constraints ?? [],
      steps,
      seed,
      redirected: false,
    };
    await breathe();
    const synthesis = new Synthesis(model, canvas, recipe, redirectedSteps);
    await breathe();
    return synthesis;
  }

  /** Changes a number that the graph takes as an input, from the next step on. */
  set(name: string, value: number): void {
    this.#settings.set(name, value);
  }

  /** The start, or where a snapshot left off. */
  async begin(from?: Pick<Snapshot, 'parameters' | 'step' | 'trace'>): Promise<Snapshot> {
    const own = this.#recipe.start;
    const parameters = from?.parameters ?? own;
    for (const [name, { shape }] of Object.entries(own)) {
      const given = parameters[name]?.shape;
      if (given && sameShape(given, shape)) continue;
      const got = given ? formatShape(given) : 'nothing';
      throw new ArgumentError('the snapshot is not of this recipe', { where: name, expected: formatShape(shape), got });
    }
    this.#redirected = undefined;
    this.#given = {};
    return this.#snapshot(parameters, from?.step ?? 0, from?.trace ?? new Float32Array(), [], NaN);
  }

  /** How many steps may be run in one go: as many as have the same rate and the same graph. */
  stretchFrom(step: number): number {
    const { rate } = this.#recipe.optimiser;
    const end = step < this.redirectedSteps ? Math.min(this.redirectedSteps, this.steps) : this.steps;
    if (typeof rate === 'number') return end - step;
    let last = step + 1;
    while (last < end && rate(last) === rate(step)) last++;
    return last - step;
  }

  /** Runs some steps from where the last ones ended, `last`, and reads what they made. */
  async advance(last: Snapshot, steps: number, redirected: boolean, signal?: AbortSignal): Promise<Snapshot> {
    const { step: graph, executable } = await this.#on(redirected, signal);
    const { optimiser } = this.#recipe;
    if (typeof optimiser.rate === 'function') {
      const rate = checkNumber('the rate', optimiser.rate(last.step), { least: 0 });
      if (optimiser.forgets && this.#rate !== undefined && rate !== this.#rate) this.#forget(graph);
      this.#rate = rate;
      this.set('rate', rate);
    }
    if (this.#redirected !== redirected) this.#given = this.#stateOf(graph, last);
    this.#redirected = redirected;
    const given = { ...this.#given, ...this.#constants(graph) };
    this.#given = {};
    const places = new Map([...graph.parameters].map(([name, input]) => [name, graph.state[input]!]));
    const read = [...places.values(), graph.trace, graph.terms, graph.gradientNorm];
    const restore = (): Record<string, Tensor> => {
      this.#notes.push(lossText(last.step));
      return this.#stateOf(graph, last);
    };
    const found = await executable.run(given, { steps, read, restore, signal });
    const parameters = Object.fromEntries([...places].map(([name, output]) => [name, found[output]!]));
    const done = last.step + steps;
    const trace = Float32Array.from(found[graph.trace]!.data.subarray(0, done));
    return this.#snapshot(
      parameters,
      done,
      trace,
      [...found[graph.terms]!.data].map(Number),
      Number(found[graph.gradientNorm]!.data[0]),
      signal,
    );
  }

  /** The gradient of the objective at the start, by parameter. */
  async gradients(signal?: AbortSignal): Promise<Readonly<Record<string, Tensor>>> {
    const graph = stepGraph(this.#model, this.canvas, this.#recipe, true);
    const executable = await this.#model.compile(graph.graph, { signal });
    try {
      const inputs = { ...this.#stateOf(graph, await this.begin()), ...this.#constants(graph) };
      const found = await executable.run(inputs, { read: [...graph.gradients.values()], signal });
      return Object.fromEntries([...graph.gradients].map(([name, output]) => [name, found[output]!]));
    } finally {
      executable.dispose();
    }
  }

  dispose(): void {
    for (const { executable } of this.#ready.values()) executable.dispose();
    this.#image?.dispose();
  }

  /** Everything a graph hands on, as it is at a snapshot, but that the optimiser remembers nothing. */
  #stateOf(graph: StepGraph, { parameters, step, trace }: Snapshot): Record<string, Tensor> {
    const room = new Float32Array(this.steps);
    room.set(trace.subarray(0, this.steps));
    const images = [...graph.parameters].map(([name, input]) => [input, parameters[name]!] as const);
    return {
      ...graph.start,
      [graph.stepInput]: float32([], [step]),
      [graph.traceInput]: float32([this.steps], room),
      ...Object.fromEntries(images),
    };
  }

  /** What every run is given: the settings, and the signal that is sent back. */
  #constants(graph: StepGraph): Record<string, Tensor> {
    const settings = [...graph.settings].map(([name, { input }]) => [input, this.#settings.get(name)!] as const);
    return Object.fromEntries(
      [...settings, [graph.seed, 1] as const].map(([input, value]) => [input, float32([], [value])]),
    );
  }

  #forget(graph: StepGraph): void {
    for (const name of graph.memory) this.#given[name] = graph.start[name]!;
  }

  async #on(
    redirected: boolean,
    signal?: AbortSignal,
  ): Promise<{ readonly step: StepGraph; readonly executable: Executable }> {
    const known = this.#ready.get(redirected);
    if (known) return known;
    const step = redirected ? stepGraph(this.#model, this.canvas, { ...this.#recipe, redirected }) : this.#plain;
    const executable = await this.#model.compile(step.graph, { signal, state: step.state });
    const ready = { step, executable };
    this.#ready.set(redirected, ready);
    return ready;
  }

  async #snapshot(
    parameters: Readonly<Record<string, Tensor>>,
    step: number,
    trace: Float32Array,
    terms: readonly number[],
    gradientNorm: number,
    signal?: AbortSignal,
  ): Promise<Snapshot> {
    return {
      image: await this.#show(parameters, signal),
      preprocessing: this.canvas.preprocessing,
      parameters,
      step,
      steps: this.steps,
      trace,
      terms: terms.map((value, i) => ({ says: this.#recipe.objective.terms[i]!.says, value })),
      gradientNorm,
      notes: [...this.#notes],
      ms: performance.now() - this.#began,
      adapter: this.#model.backend.adapter,
    };
  }

  async #show(parameters: Readonly<Record<string, Tensor>>, signal?: AbortSignal): Promise<Tensor> {
    const graph = this.#image ? this.#image.graph : imageGraph(this.canvas, this.#recipe);
    const { preprocessing } = this.canvas;
    if (!graph) return toNetwork(Object.values(parameters)[0]!, preprocessing);
    this.#image ??= await this.#model.compile(graph, { signal });
    return toNetwork((await this.#image.run(parameters, { signal }))[graph.outputs[0]!]!, preprocessing);
  }
}
