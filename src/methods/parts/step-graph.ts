import type { Model } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import { differentiate, flowsBack } from '../../graph/differentiate.ts';
import { prune } from '../../graph/prune.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder, opOf, type FamilyName } from '../../ops/registry.ts';
import { filled } from '../../tensor/elementwise.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { passWhere, square, sum } from './arithmetic.ts';
import type { Constraint } from './constraints.ts';
import type { Objective } from './objectives.ts';
import type { Optimiser } from './optimisers.ts';
import { appendFit, perChannel } from './images.ts';
import type { Canvas, Parametrisation } from './parametrisations.ts';
import { TermContext } from './term-context.ts';
import type { Transform } from './transforms.ts';

/** What parametrisations, transforms, objectives, penalties, optimisers and constraints are made of. */
export const SYNTHESIS_FAMILIES: readonly FamilyName[] = ['conv', 'matmul', 'norm', 'random', 'resample', 'topk'];

/** What an image is made from, and how. */
export interface Recipe {
  readonly objective: Objective;
  readonly parametrisation: Parametrisation;
  /** The first values of its numbers on the canvas. */
  readonly start: Readonly<Record<string, Tensor>>;
  readonly transforms: readonly Transform[];
  readonly optimiser: Optimiser;
  readonly constraints: readonly Constraint[];
  /** How many steps there are at most: what `trace` has room for. */
  readonly steps: number;
  /** Decides what transforms do by chance. */
  readonly seed: number;
  /** Let signals pass units that are off where otherwise none would. */
  readonly redirected: boolean;
}

/** One step of an optimisation as one graph, with all that changes as its state. */
export interface StepGraph {
  readonly graph: Graph;
  /** Input → output, as `backend.compile` takes it. */
  readonly state: Readonly<Record<string, string>>;
  /** First values of the state but the parameters. */
  readonly start: Readonly<Record<string, Tensor>>;
  /** Parameter of the parametrisation → input. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Inputs of state of the optimiser. */
  readonly memory: readonly string[];
  /** Scalar inputs by name: `rate`, `weight 0`…, those of constraints; with the values of the recipe. */
  readonly settings: ReadonlyMap<string, { readonly input: string; readonly value: number }>;
  /** Inputs: the number of the step, a list of the objectives so far; one that is 1. */
  readonly stepInput: string;
  readonly traceInput: string;
  readonly seed: string;
  /** Outputs: objective of each step so far [steps], terms of the last step [terms], ‖gradient‖, all at the image before it. */
  readonly trace: string;
  readonly terms: string;
  readonly gradientNorm: string;
  /** Gradient with respect to each parameter, by name: outputs only of a graph that keeps them. */
  readonly gradients: ReadonlyMap<string, string>;
}

/** Appends nodes, states and settings to the graph of a step. */
class Draft {
  builder: GraphBuilder;
  readonly state: Record<string, string> = {};
  readonly start: Record<string, Tensor> = {};
  readonly settings = new Map<string, { readonly input: string; readonly value: number }>();

  constructor(builder: GraphBuilder) {
    this.builder = builder;
  }

  setting(name: string, value: number): string {
    const input = this.settings.get(name)?.input ?? this.builder.input(name, 'float32', []);
    this.settings.set(name, { input, value });
    return input;
  }

  declare(name: string, first: Tensor): string {
    const input = this.builder.input(name, 'float32', first.shape);
    this.start[input] = first;
    return input;
  }
}

/**
 * Composes a step: parameters → image → transforms → network → objective, back again, and the optimiser's and the
 * constraints' next parameters. Throws ArgumentError or ShapeError for parts that do not fit each other or the network.
 */
export function stepGraph(model: Model, canvas: Canvas, recipe: Recipe, keepGradients: boolean = false): StepGraph {
  const { objective, parametrisation, start, optimiser, constraints, steps } = recipe;
  if (constraints.length > 0 && !parametrisation.inPixels) {
    throw new ArgumentError('only pixels can be constrained after each step', {
      got: `${constraints.map(({ describe }) => describe()).join(', ')} with ${parametrisation.describe()}`,
      remedy: 'Use the parametrisation `pixels`, or no constraints.',
    });
  }
  const draft = new Draft(graphBuilder());
  const step = draft.declare('step', float32([], [0]));
  const parameters = new Map(
    Object.entries(start).map(([name, { shape }]) => [name, draft.builder.input(name, 'float32', shape)]),
  );
  const terms = appendTerms(model, canvas, recipe, draft, { step, parameters });
  const weighted = objective.terms.map(({ weight }, i) =>
    draft.builder.add('mul', [terms[i]!, draft.setting(`weight ${i}`, weight)]),
  );
  const value = weighted.reduce((a, b) => draft.builder.add('add', [a, b]));
  const rate = draft.setting('rate', typeof optimiser.rate === 'number' ? optimiser.rate : optimiser.rate(0));

  const wrt = [...parameters.values()];
  const forwards = draft.builder.build(objective.describe(), [value]);
  // One term without a gradient would be left out in silence
  const idle = objective.terms.findIndex((_, i) => !flowsBack(forwards, terms[i]!, wrt));
  if (idle >= 0) {
    throw new ArgumentError(`no gradient flows from "${objective.terms[idle]!.says}" back to the image`, {
      expected: 'something that is computed from the image by operations that have a gradient',
      remedy: 'Choose another layer.',
    });
  }
  const derivative = differentiate(forwards, { of: value, wrt });
  const builder = graphBuilder(derivative.graph);
  draft.builder = builder;
  const gradients = wrt.map((name) => derivative.gradients.get(name)!);
  const memory: string[] = [];
  const stepped = optimiser.next({
    builder,
    parameters: wrt,
    gradients,
    value,
    rate,
    step,
    state: (name, shape, fill = 0) => {
      const before = draft.declare(name, float32(shape, new Float32Array(sizeOf(shape)).fill(fill)));
      memory.push(before);
      return { before, keep: (tensor) => (draft.state[before] = tensor) };
    },
  });
  const setting = draft.setting.bind(draft);
  const after = { builder, canvas, gradient: gradients[0]!, step, setting };
  for (const [i, parameter] of wrt.entries()) {
    draft.state[parameter] = constraints.reduce((image, { apply }) => apply(after, image), stepped[i]!);
  }
  draft.state[step] = builder.add('add', [step, builder.scalar(1)]);

  const trace = draft.declare('trace', float32([steps], new Float32Array(steps)));
  draft.state[trace] = builder.add('add', [trace, atStep(builder, step, value, steps)]);
  const rows = terms.map((name) => builder.add('reshape', [name], { shape: [1], allowZero: false }));
  const gradientNorm = builder.add('sqrt', [
    gradients.map((name) => sum(builder, square(builder, name))).reduce((a, b) => builder.add('add', [a, b])),
  ]);
  const all = rows.length === 1 ? rows[0]! : builder.add('concat', rows, { axis: 0 });
  const kept = keepGradients ? gradients : [];
  const outputs = [...new Set([...Object.values(draft.state), all, gradientNorm, ...kept])];
  return {
    graph: prune(builder.build(objective.describe(), outputs), outputs),
    state: draft.state,
    start: draft.start,
    parameters,
    memory,
    settings: draft.settings,
    stepInput: step,
    traceInput: trace,
    seed: derivative.seed,
    trace: draft.state[trace],
    terms: all,
    gradientNorm,
    gradients: new Map([...parameters.keys()].map((name, i) => [name, gradients[i]!])),
  };
}

/** Appends the network on the image and each term of the objective. */
function appendTerms(
  model: Model,
  canvas: Canvas,
  { objective, parametrisation, transforms, seed, redirected }: Recipe,
  { builder }: Draft,
  { step, parameters }: { readonly step: string; readonly parameters: ReadonlyMap<string, string> },
): readonly string[] {
  const image = parametrisation.image(builder, canvas, Object.fromEntries(parameters));
  let stream = 0;
  const pick = (rows: readonly (readonly number[])[]): string => {
    const values = builder.constant('choices', float32([rows.length, rows[0]!.length], rows.flat()));
    return builder.add('random-choice', [step, values], { seed: seed >>> 0, stream: stream++ });
  };
  const {
    shape: [, , h, w],
    preprocessing: { std },
  } = canvas;
  const transformed = transforms.reduce((x, { apply }) => apply({ builder, pick }, x), image);
  const fitted = appendFit(builder, transformed, h, w);
  const seen = std.every((value) => value === 1)
    ? fitted
    : builder.add('div', [fitted, builder.constant('std', perChannel(std))]);
  const opFor = ({ op }: { readonly op: string }): string => (redirected && opOf(op).redirected) || op;
  const context = new TermContext(builder, model, { image, seen, opFor });
  return objective.terms.map(({ build }) => build(context));
}

/** Appends a list [steps] that is zero but for `value` in the place of the step. */
function atStep(builder: GraphBuilder, step: string, value: string, steps: number): string {
  const places = builder.constant(
    'places',
    float32(
      [steps],
      filled(steps, (i) => i),
    ),
  );
  const offset = builder.add('sub', [places, step]);
  const spread = builder.add('expand', [value], { shape: [steps] });
  return passWhere(builder, offset, spread, [-0.5, 0.5]);
}

/** The image that parameters stand for, as a graph of its own; undefined where they are the image. */
export function imageGraph(canvas: Canvas, { parametrisation, start }: Recipe): Graph | undefined {
  const builder = graphBuilder();
  const parameters = Object.entries(start).map(
    ([name, { shape }]) => [name, builder.input(name, 'float32', shape)] as const,
  );
  const image = parametrisation.image(builder, canvas, Object.fromEntries(parameters));
  return builder.nodes.length === 0 ? undefined : builder.build('image', [image]);
}
