import { checkChoice, checkList, checkNumber, checkWhole } from '../check.ts';
import type { AdapterDescription } from '../engine/backend.ts';
import type { Model, Sample, SampleSource } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_EPSILONS, MAX_STEPS, SEEDS } from '../limits.ts';
import type { Picture } from '../models/picture.ts';
import { toInput, toPicture } from '../models/preprocess.ts';
import { randomNumbers } from '../tensor/random.ts';
import { filled } from '../tensor/elementwise.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ball, bounds } from './parts/constraints.ts';
import { logProbability } from './parts/objectives.ts';
import { sgd } from './parts/optimisers.ts';
import { toSteps, WHITE } from './parts/images.ts';
import { pixels } from './parts/parametrisations.ts';
import { className, classIdOf } from './parts/target.ts';
import { verdictOn, type Verdict } from './parts/verdict.ts';
import { Synthesis } from './synthesize.ts';

/**
 * `fgsm`: one step of epsilon along the sign of the gradient (Goodfellow et al. 2015). `iterative`: steps of 1 (Kurakin et
 * al. 2017). `pgd`: smaller ones from a random place within epsilon (Madry et al. 2018).
 */
export type AdversarialMethod = 'fgsm' | 'iterative' | 'pgd';

export interface AdversarialOptions {
  /** `pgd` by default. */
  readonly method?: AdversarialMethod | undefined;
  /** The class to be taken for; without it any but the label. */
  readonly target?: number | string | undefined;
  /** The class that the picture is of; the network's own by default. */
  readonly label?: number | string | undefined;
  /** How far any pixel may move, in 8-bit steps; 4 by default. */
  readonly epsilon?: number | undefined;
  /** How far it moves at a time, in 8-bit steps; as published by default. */
  readonly stepSize?: number | undefined;
  readonly steps?: number | undefined;
  /** Decides where `pgd` starts. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface Adversarial {
  /** Input of the network [1, c, h, w]. */
  readonly image: Tensor;
  /** What was changed, in 8-bit steps [1, c, h, w]. */
  readonly change: Tensor;
  /** The image as it could be saved: rounded to 8 bits. */
  readonly picture: Picture;
  readonly before: Verdict;
  readonly after: Verdict;
  /** Of `picture`. */
  readonly saved: Verdict;
  readonly label: number;
  readonly target: number | undefined;
  /** The saved image is taken for the target, or for another class than the label. */
  readonly fooled: boolean;
  readonly epsilon: number;
  /** Log probability of the target, or minus that of the label, before each step. */
  readonly trace: Float32Array;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/** Changes a picture a little so that the network takes it for something else. Throws ArgumentError for an epsilon that leaves nothing to change, for a target that is the label, and where the network gives values instead of classes. */
export async function adversarial(
  model: Model,
  picture: SampleSource,
  options: AdversarialOptions = {},
): Promise<Adversarial> {
  const attack = await Attack.create(model, picture, options);
  try {
    return await attack.run(options.epsilon ?? EPSILON, options);
  } finally {
    attack.dispose();
  }
}

export interface SmallestEpsilonOptions extends Omit<AdversarialOptions, 'epsilon'> {
  /** 32 by default. */
  readonly most?: number | undefined;
}

export interface SmallestEpsilon {
  /** The smallest whole one that fools the network with a saved image; undefined where `most` does not. */
  readonly epsilon: number | undefined;
  /** With it, or with `most`. */
  readonly result: Adversarial;
  /** All that were tried, ascending. */
  readonly tried: readonly Adversarial[];
}

/** How little is enough: bisection over whole epsilons, on the assumption that more fools no worse. */
export async function smallestEpsilon(
  model: Model,
  picture: SampleSource,
  { most = 32, ...options }: SmallestEpsilonOptions = {},
): Promise<SmallestEpsilon> {
  checkWhole('most', most, 1, WHITE);
  const attack = await Attack.create(model, picture, { ...options, epsilon: most });
  const tried = new Map<number, Adversarial>();
  const attempt = async (epsilon: number): Promise<Adversarial> => {
    const found = tried.get(epsilon) ?? (await attack.run(epsilon, { signal: options.signal }));
    tried.set(epsilon, found);
    options.onProgress?.(Math.min(tried.size / (1 + Math.ceil(Math.log2(most))), 1));
    return found;
  };
  try {
    let [low, high] = [0, most];
    const largest = await attempt(most);
    while (largest.fooled && high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((await attempt(middle)).fooled) high = middle;
      else low = middle;
    }
    return {
      epsilon: largest.fooled ? high : undefined,
      result: tried.get(high)!,
      tried: [...tried.values()].sort((a, b) => a.epsilon - b.epsilon),
    };
  } finally {
    attack.dispose();
  }
}

/** One after another for several epsilons, in this order. */
export async function* adversarialSeries(
  model: Model,
  picture: SampleSource,
  epsilons: readonly number[],
  options: Omit<AdversarialOptions, 'epsilon'> = {},
): AsyncGenerator<Adversarial, void, undefined> {
  checkList('the list of epsilons', epsilons, MAX_EPSILONS);
  for (const epsilon of epsilons) checkNumber('epsilon', epsilon, { above: 0, most: WHITE });
  const attack = await Attack.create(model, picture, { ...options, epsilon: Math.max(...epsilons) });
  try {
    for (const [i, epsilon] of epsilons.entries()) {
      yield await attack.run(epsilon, { signal: options.signal });
      options.onProgress?.((i + 1) / epsilons.length);
    }
  } finally {
    attack.dispose();
  }
}

const EPSILON = 4;

/** Steps of each method, and how far each goes; of Kurakin et al. 2017, §2.2, and of Madry's CIFAR attack (2.5 ε / steps). */
const SCHEDULES: Readonly<Record<AdversarialMethod, (epsilon: number) => { stepSize: number; steps: number }>> = {
  fgsm: (epsilon) => ({ stepSize: epsilon, steps: 1 }),
  iterative: (epsilon) => ({ stepSize: 1, steps: Math.ceil(Math.min(epsilon + 4, 1.25 * epsilon)) }),
  pgd: (epsilon) => ({ stepSize: (2.5 * epsilon) / 20, steps: 20 }),
};

/** One graph for all epsilons. */
class Attack {
  readonly #model: Model;
  readonly #sample: Pick<Sample, 'input'>;
  readonly #options: AdversarialOptions;
  readonly #synthesis: Synthesis;
  readonly #before: Verdict;
  readonly #label: number;
  readonly #target: number | undefined;

  private constructor(
    model: Model,
    sample: Pick<Sample, 'input'>,
    options: AdversarialOptions,
    found: { synthesis: Synthesis; before: Verdict; label: number; target: number | undefined },
  ) {
    this.#model = model;
    this.#sample = sample;
    this.#options = options;
    this.#synthesis = found.synthesis;
    this.#before = found.before;
    this.#label = found.label;
    this.#target = found.target;
  }

  static async create(model: Model, picture: SampleSource, options: AdversarialOptions): Promise<Attack> {
    const { epsilon = EPSILON, method = 'pgd', seed = 1, signal } = options;
    checkChoice('method', method, Object.keys(SCHEDULES) as AdversarialMethod[]);
    checkWhole('seed', seed, ...SEEDS);
    if (options.stepSize !== undefined) checkNumber('stepSize', options.stepSize, { above: 0, most: WHITE });
    if (options.steps !== undefined) checkWhole('steps', options.steps, 1, MAX_STEPS);
    const sample = await model.prepare(picture, { signal });
    const target = options.target === undefined ? undefined : classIdOf(model, options.target);
    const given = options.label === undefined ? undefined : classIdOf(model, options.label);
    const around = ball(sample.input, epsilon);
    const before = await verdictOn(model, sample, signal);
    const label = given ?? before.best;
    if (target === label) {
      throw new ArgumentError('the picture is of the target already', {
        expected: `another class than ${className(model, label)}`,
        got: className(model, target),
      });
    }
    const objective = target === undefined ? logProbability(label).times(-1) : logProbability(target);
    const { stepSize, steps } = { ...SCHEDULES[method](epsilon), ...definedSteps(options) };
    const synthesis = await Synthesis.create(model, {
      objective,
      parametrisation: pixels({ from: sample.input }),
      size: sample.input.shape.slice(2) as [number, number],
      optimiser: sgd(stepSize, { normalise: 'sign' }),
      constraints: [around, bounds()],
      steps,
    });
    return new Attack(model, sample, options, { synthesis, before, label, target });
  }

  async run(
    epsilon: number,
    { signal, onProgress }: Pick<AdversarialOptions, 'signal' | 'onProgress'>,
  ): Promise<Adversarial> {
    const began = performance.now();
    const { method = 'pgd', seed = 1 } = this.#options;
    const model = this.#model;
    const { stepSize, steps } = { ...SCHEDULES[method](epsilon), ...definedSteps(this.#options) };
    this.#synthesis.set('epsilon', epsilon);
    this.#synthesis.set('rate', stepSize);
    const original = toSteps(this.#sample.input, model.preprocessing);
    const start = method === 'pgd' ? randomlyMoved(original, epsilon, seed) : original;
    const first = await this.#synthesis.begin({ parameters: { pixels: start }, step: 0, trace: new Float32Array() });
    const { image, parameters, trace } = await this.#synthesis.advance(first, steps, false, signal);
    onProgress?.(1);
    const changed = parameters['pixels']!;
    const picture = toPicture(image, model.preprocessing);
    const after = await verdictOn(model, { input: image }, signal);
    const saved = await verdictOn(model, { input: toInput(picture, model.preprocessing) }, signal);
    const { best } = saved;
    return {
      image,
      change: { ...changed, data: filled(original.data.length, (i) => changed.data[i]! - original.data[i]!) },
      picture,
      before: this.#before,
      after,
      saved,
      label: this.#label,
      target: this.#target,
      fooled: this.#target === undefined ? best !== this.#label : best === this.#target,
      epsilon,
      trace,
      ms: performance.now() - began,
      adapter: model.backend.adapter,
    };
  }

  dispose(): void {
    this.#synthesis.dispose();
  }
}

function definedSteps({ stepSize, steps }: AdversarialOptions): { stepSize?: number; steps?: number } {
  return { ...(stepSize !== undefined && { stepSize }), ...(steps !== undefined && { steps }) };
}

/** Uniformly within epsilon. */
function randomlyMoved(image: Tensor, epsilon: number, seed: number): Tensor {
  const draw = randomNumbers(seed);
  return { ...image, data: filled(image.data.length, (i) => image.data[i]! + epsilon * (2 * draw() - 1)) };
}
