import { differentiate } from '../../graph/differentiate.ts';
import { prune } from '../../graph/prune.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/registry.ts';
import { filled } from '../../tensor/elementwise.ts';
import type { Shape } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { mean, passWhere, square, sum } from '../parts/arithmetic.ts';
import { perChannel } from '../parts/images.ts';
import type { Transform } from '../parts/transforms.ts';
import type { Augmentation } from './augmentation.ts';
import { kindOf, type Examples, type RowsKind } from './examples.ts';
import { appendLikeliest, appendRight, type Loss } from './losses.ts';
import type { Network } from './network.ts';
import type { Optimiser } from './optimisers.ts';

/** Steps that are run in one go at most: what a run is given is of so many. */
export const STEPS_AT_ONCE = 64;
/** Pictures of which a batch is evaluated. */
export const EVALUATION_BATCH = 64;

/** What each step leaves in the trace: the loss, the share of the batch that is right, and the length of the gradient. */
export const TRACED = 3;

/** Numbers of the optimiser that change from step to step. */
const TOLD = 3;

/** All finite numbers. */
const FINITE: readonly [number, number] = [-3.4e38, 3.4e38];

/** How a training goes on, but for the numbers. */
export interface Recipe {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimiser: Optimiser;
  readonly batch: number;
  /** The most that the gradient of all parameters together may be long; undefined leaves it. */
  readonly clip: number | undefined;
  readonly augmentation: Augmentation | undefined;
  readonly transforms: readonly Transform[];
  /** Decides what happens by chance. */
  readonly seed: number;
}

/** Names of what the graph of a step is given. */
export const INPUTS = {
  images: 'images',
  targets: 'targets',
  order: 'order',
  told: 'told',
  at: 'at',
  step: 'step',
  go: 'go',
  trace: 'trace',
} as const;

/** One step of a training as one graph, with all that changes as its state. */
export interface TrainingGraph {
  readonly graph: Graph;
  /** Input → output, as `backend.compile` takes it. */
  readonly state: Readonly<Record<string, string>>;
  /** The signal that is sent back; 1. */
  readonly seed: string;
  /** Outputs: [STEPS_AT_ONCE, TRACED], and whether all numbers have been finite. */
  readonly trace: string;
  readonly go: string;
  /** Gradient of each parameter, and the scores: outputs of a graph that keeps them. */
  readonly gradients: ReadonlyMap<string, string>;
  readonly scores: string;
  /** Tensor of each layer: outputs of a graph that keeps them. */
  readonly layers: ReadonlyMap<string, string>;
}

/** What can be read besides the state: nothing, the gradient of each parameter and the scores, or what each layer makes. */
export type Kept = 'nothing' | 'gradients' | 'layers';

/** The input that holds what was before the last step that went well. */
export const beforeOf = (name: string): string => `${name} before`;
/** The input that holds what the optimiser remembers of a parameter. */
export const memoryOf = (name: string, role: string): string => `${name} ${role}`;

/** How the examples are on the device. */
export interface DataKind {
  readonly rows: number;
  readonly images: RowsKind;
  readonly targets: RowsKind;
}

export function dataKindOf({ images, targets }: Examples, rows: number): DataKind {
  return { rows, images: kindOf(images), targets: kindOf(targets) };
}

/** Appends mini-batch number `at` of an order: pictures [batch, c, h, w] as a network sees them, and targets [batch, outputs]. */
function appendBatch(
  builder: GraphBuilder,
  { shape, outputs, mean: middle, std }: Examples,
  { rows, images, targets }: DataKind,
  batch: number,
): { readonly x: string; readonly targets: string; readonly at: string } {
  const at = builder.input(INPUTS.at, 'float32', []);
  const order = builder.input(INPUTS.order, 'uint32', [STEPS_AT_ONCE * batch]);
  const taken = (name: string, { packed, length }: RowsKind, row: Shape): string => {
    const from = builder.input(name, packed ? 'uint32' : 'float32', [rows, length]);
    return builder.add('take-rows', [from, at, order], { count: batch, shape: row, packed });
  };
  let x = taken(INPUTS.images, images, shape);
  if (middle.some((value) => value !== 0)) x = builder.add('sub', [x, builder.constant('mean', perChannel(middle))]);
  if (std.some((value) => value !== 1)) x = builder.add('div', [x, builder.constant('std', perChannel(std))]);
  return { x, targets: taken(INPUTS.targets, targets, [outputs]), at };
}

/** Appends a table [STEPS_AT_ONCE, n] that is zero but for `row` [1, n] in the row of the step. */
function atRow(builder: GraphBuilder, at: string, row: string): string {
  const [, length] = builder.value(row).shape as [number, number];
  const shape = [STEPS_AT_ONCE, length];
  const places = filled(STEPS_AT_ONCE * length, (i) => Math.floor(i / length));
  const offset = builder.add('sub', [builder.constant('places', float32(shape, places)), at]);
  const spread = builder.add('expand', [row], { shape });
  return passWhere(builder, offset, spread, [-0.5, 0.5]);
}

function asRow(builder: GraphBuilder, scalar: string): string {
  return builder.add('reshape', [scalar], { shape: [1, 1], allowZero: false });
}

/** Appends scalars as a row [1, n]. */
function rowOf(builder: GraphBuilder, scalars: readonly string[]): string {
  const columns = scalars.map((scalar) => asRow(builder, scalar));
  return builder.add('concat', columns, { axis: 1 });
}

/**
 * Composes a step: mini-batch → network → loss, the way back to each parameter, and what the optimiser makes of them. Where the
 * loss or a gradient is no number, nothing changes any more: what was before the last good step is kept beside the parameters.
 * Throws ArgumentError for a parameter that the loss does not depend on, ShapeError for parts that do not fit.
 */
export function trainingGraph(
  { network, loss, optimiser, batch, clip, augmentation, transforms, seed }: Recipe,
  examples: Examples,
  kind: DataKind,
  keep: Kept = 'nothing',
): TrainingGraph {
  const start = graphBuilder();
  const state: Record<string, string> = {};
  const { x: taken, targets, at } = appendBatch(start, examples, kind, batch);
  const step = start.input(INPUTS.step, 'float32', []);
  for (const same of [INPUTS.images, INPUTS.targets]) state[same] = same;

  let stream = 0;
  const chance = {
    builder: start,
    pick: (rows: readonly (readonly number[])[]): string => {
      const values = start.constant('choices', float32([rows.length, rows[0]!.length], rows.flat()));
      return start.add('random-choice', [step, values], { seed: seed >>> 0, stream: stream++ });
    },
  };
  const transformed = transforms.reduce((images, { apply }) => apply(chance, images), taken);
  const x = augmentation ? augmentation.append(start, transformed, step, seed) : transformed;
  for (const [name, { shape }] of Object.entries({ ...network.parameters, ...network.buffers }))
    start.input(name, 'float32', shape);
  const { y, next, layers } = network.append({ builder: start, x, tensor: (name) => name, training: { step, seed } });
  const value = mean(start, loss.append(start, y, targets));
  const right = mean(start, appendRight(start, y, targets));

  const wrt = Object.keys(network.parameters);
  const forwards = start.build('training', [...new Set([value, right, y, ...next.values()])]);
  const derivative = differentiate(forwards, { of: value, wrt });
  const builder = graphBuilder(derivative.graph);
  const gradients = new Map(wrt.map((name) => [name, derivative.gradients.get(name)!]));

  const squares = [...gradients.values()].map((gradient) => sum(builder, square(builder, gradient)));
  const norm = builder.add('sqrt', [squares.reduce((a, b) => builder.add('add', [a, b]))]);
  const goInput = builder.input(INPUTS.go, 'float32', []);
  const go = passWhere(builder, norm, passWhere(builder, value, goInput, FINITE), FINITE);
  state[goInput] = go;

  const table = builder.input(INPUTS.told, 'float32', [STEPS_AT_ONCE, TOLD]);
  const told = builder.add('take-rows', [table, at], { count: 1, shape: [TOLD], packed: false });
  const factor = clip === undefined ? builder.scalar(1) : clipped(builder, norm, clip);
  const all = builder.add('concat', [told, asRow(builder, factor), asRow(builder, go)], { axis: 1 });
  const settings = builder.add('reshape', [all], { shape: [TOLD + 2], allowZero: false });

  const keepBefore = (name: string): void => {
    const before = builder.input(beforeOf(name), 'float32', builder.value(name).shape);
    state[before] = builder.add('where', [go, name, before]);
  };
  for (const [name, dw] of gradients) {
    const { shape } = builder.value(name);
    const memory = optimiser.remembers.map((role) => builder.input(memoryOf(name, role), 'float32', shape));
    const [nextW, ...nextMemory] = optimiser.next({ builder, w: name, dw, settings, memory });
    state[name] = nextW!;
    for (const [i, before] of memory.entries()) state[before] = nextMemory[i]!;
    keepBefore(name);
  }
  for (const [name, tensor] of next) {
    state[name] = builder.add('where', [go, tensor, name]);
    keepBefore(name);
  }
  state[at] = builder.add('add', [at, builder.scalar(1)]);
  state[step] = builder.add('add', [step, builder.scalar(1)]);
  const traceInput = builder.input(INPUTS.trace, 'float32', [STEPS_AT_ONCE, TRACED]);
  const trace = builder.add('add', [traceInput, atRow(builder, at, rowOf(builder, [value, right, norm]))]);
  state[traceInput] = trace;

  const kept = { nothing: [], gradients: [...gradients.values(), y], layers: [...layers.values()] }[keep];
  // The inputs too: a run of no steps reads them.
  const outputs = [...new Set([...Object.entries(state).flat(), ...kept])];
  const graph = prune(builder.build('training', outputs), outputs);
  return { graph, state, seed: derivative.seed, trace, go, gradients, scores: y, layers };
}

/** min(1, clip / ‖gradient‖), of all parameters together (Pascanu et al. 2013, algorithm 1). */
function clipped(builder: GraphBuilder, norm: string, clip: number): string {
  const share = builder.add('div', [builder.scalar(clip), builder.add('add', [norm, builder.scalar(1e-6)])]);
  return builder.add('min', [builder.scalar(1), share]);
}

/** Mini-batches of a network in evaluation: their losses and how many pictures are right, added up. */
export interface EvaluationGraph {
  readonly graph: Graph;
  readonly state: Readonly<Record<string, string>>;
  /** Output [1, 2]. */
  readonly sums: string;
  /** Output [STEPS_AT_ONCE, EVALUATION_BATCH]: the class of each picture, see {@link appendLikeliest}. */
  readonly likeliest: string;
}

/** Names of what the graph of an evaluation is given besides the weights. */
export const EVALUATION_INPUTS = { counts: 'counts', sums: 'sums', likeliest: 'likeliest' } as const;

/** As {@link trainingGraph}, without a way back. Pictures whose `counts` is 0 only fill the last batch. */
export function evaluationGraph(network: Network, loss: Loss, examples: Examples, kind: DataKind): EvaluationGraph {
  const builder = graphBuilder();
  const { x, targets, at } = appendBatch(builder, examples, kind, EVALUATION_BATCH);
  const state: Record<string, string> = { [INPUTS.images]: INPUTS.images, [INPUTS.targets]: INPUTS.targets };
  for (const [name, { shape }] of Object.entries({ ...network.parameters, ...network.buffers })) {
    builder.input(name, 'float32', shape);
    state[name] = name;
  }
  const { y } = network.append({ builder, x, tensor: (name) => name });
  const counts = builder.input(EVALUATION_INPUTS.counts, 'float32', [STEPS_AT_ONCE, EVALUATION_BATCH]);
  const shape = [EVALUATION_BATCH];
  const counted = builder.add('reshape', [builder.add('take-rows', [counts, at], { count: 1, shape, packed: false })], {
    shape,
    allowZero: false,
  });
  const sums = [loss.append(builder, y, targets), appendRight(builder, y, targets)].map((each) =>
    sum(builder, builder.add('mul', [each, counted])),
  );
  const before = builder.input(EVALUATION_INPUTS.sums, 'float32', [1, 2]);
  const after = builder.add('add', [before, rowOf(builder, sums)]);
  state[before] = after;
  const classes = builder.add('reshape', [appendLikeliest(builder, y)], { shape: [1, ...shape], allowZero: false });
  const known = builder.input(EVALUATION_INPUTS.likeliest, 'float32', [STEPS_AT_ONCE, EVALUATION_BATCH]);
  const likeliest = builder.add('add', [known, atRow(builder, at, classes)]);
  state[known] = likeliest;
  state[at] = builder.add('add', [at, builder.scalar(1)]);
  const outputs = [...new Set(Object.values(state))];
  return { graph: prune(builder.build('evaluation', outputs), outputs), state, sums: after, likeliest };
}
