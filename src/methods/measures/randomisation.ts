import { checkChoice, checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { weightedNodes } from '../../graph/randomise.ts';
import { checkSeed } from '../attribution/parts/noise.ts';
import { likeness, meanOf, perPlace, type Likeness } from './alike.ts';
import { randomised, uniformWeights, weightedLayers, withLinearScores } from './derived.ts';
import {
  COST_OF_MAP,
  costOfTarget,
  inputSize,
  plus,
  subjectOf,
  times,
  type Cost,
  type Curve,
  type Explain,
  type Measured,
  type MeasureOptions,
} from './measure.ts';

/** Layers drawn one after the other from the scores down, each staying so; or each alone. */
export type RandomisationOrder = 'cascading' | 'independent';

export interface RandomisationOptions extends MeasureOptions {
  readonly order?: RandomisationOrder | undefined;
  /** How many layers, from the scores down; all by default. */
  readonly layers?: number | undefined;
  readonly seed?: number | undefined;
  /** What one map takes, where it is not a pass forwards, one to the goal and one back. */
  readonly costOfMap?: Cost | undefined;
}

export interface RandomisationSettings {
  readonly order: RandomisationOrder;
  readonly layers: number;
  readonly seed: number;
  readonly classId: number;
}

/** A layer, and how alike the map is to that of the trained network once it was drawn. */
export interface RandomisedLayer extends Likeness {
  readonly layer: string;
}

export interface Randomisation extends Measured<RandomisationSettings> {
  /** The layer nearest to the scores first. */
  readonly rows: readonly RandomisedLayer[];
}

const ORDERS: readonly RandomisationOrder[] = ['cascading', 'independent'];

/**
 * Randomisation of the weights (Adebayo et al. 2018, "Sanity checks for saliency maps"): a map that says something of the network has to
 * change when the network forgets what it learned. The value is the mean of Spearman's correlation with the map before, over all
 * steps; less is better. The curve has it by the number of layers. Layers run in the order of the file, not that of their
 * definition, and each is drawn from a stream of its own, uniformly as PyTorch starts layers. What is explained is the score before a
 * last ReLU, which a random layer may switch off. Each step is a network of its own, made and freed.
 */
export async function randomisation(
  model: Model,
  picture: SampleSource,
  explain: Explain,
  options: RandomisationOptions = {},
): Promise<Randomisation> {
  const began = performance.now();
  const { order = 'cascading', seed = 0, signal, onProgress } = options;
  checkChoice('order', order, ORDERS);
  checkSeed(seed);
  const cost = costOfRandomisation(model, options);
  const { sample, classId: target } = await subjectOf(model, picture, options);
  const { height, width } = inputSize(model);
  const trained = withLinearScores(model);
  const draw = uniformWeights(seed);
  const rows: RandomisedLayer[] = [];
  const curveOf = (): Curve => ({ x: rows.map((_, i) => i + 1), y: rows.map((row) => row.spearman) });
  try {
    const topDown = [...weightedLayers(trained)].reverse().slice(0, layersOf(model, options));
    const before = perPlace((await explain(trained, sample, { target, signal })).map);
    for (const [i, layer] of topDown.entries()) {
      onProgress?.({ done: (i + 1) / (topDown.length + 1), curve: curveOf() });
      const drawn = randomised(trained, order === 'cascading' ? topDown.slice(0, i + 1) : [layer], draw);
      try {
        const after = perPlace((await explain(drawn, sample, { target, signal })).map);
        rows.push({ layer: layer.name, ...likeness(before, after, [height, width]) });
      } finally {
        drawn.dispose();
      }
    }
  } finally {
    trained.dispose();
  }
  const curve = curveOf();
  onProgress?.({ done: 1, curve });
  return {
    measure: 'randomisation',
    value: meanOf(curve.y),
    curve,
    rows,
    cost,
    settings: { order, layers: rows.length, seed, classId: target },
    ms: performance.now() - began,
  };
}

/** What {@link randomisation} runs. */
export function costOfRandomisation(model: Model, options: RandomisationOptions = {}): Cost {
  const { costOfMap = COST_OF_MAP } = options;
  return plus(costOfTarget(options), times(layersOf(model, options) + 1, costOfMap));
}

function layersOf({ graph }: Model, { layers }: RandomisationOptions): number {
  const all = weightedNodes(graph).length;
  return layers === undefined ? all : checkWhole('the number of layers', layers, 1, all);
}
