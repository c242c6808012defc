import { checkChoice, checkText, shown } from '../../check.ts';
import type { AdapterDescription } from '../../engine/backend.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import { differentiate, flowsBack, RULES } from '../../graph/differentiate.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph, Node, Value } from '../../ir/graph.ts';
import type { Rules, RuleSet } from '../../ir/op.ts';
import type { Preprocessing } from '../../models/manifest.ts';
import { opOf } from '../../ops/registry.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { findGoal, type Goal, type GoalOptions, type Target } from './target.ts';

/** What every attribution method takes. */
export interface AttributionOptions extends GoalOptions {
  /** The best class by default. */
  readonly target?: Target | undefined;
  /** Share of the work that is done, 0…1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Rules that have a name. */
export type RuleSetName = keyof typeof RULES;

export interface BackpropagateOptions<R extends RuleSet = RuleSet> extends Omit<AttributionOptions, 'target'> {
  /** What the signal starts from: a class, a unit such as "fire5:17", a layer; the best class by default. */
  readonly from?: Target | undefined;
  /** The layer where it ends; the input, as "input", by default. */
  readonly to?: string | undefined;
  /** How it passes ReLU, pooling and normalisation, for all nodes or by node; `gradient` by default. */
  readonly rules?: R | RuleSetName | undefined;
}

/** A map over the network's input, or over a layer, with all that is needed to read it. */
export interface Attribution<R extends RuleSet | undefined = Rules> {
  readonly method: string;
  /** [c, h, w] over the network's input, channels in its order, or over a layer; [h, w] where a method reduces them. */
  readonly map: Tensor;
  readonly goal: Omit<Goal, 'seed'>;
  /** The layer that the map is over; undefined for the network's input. */
  readonly layer: string | undefined;
  /** How the signal passed; undefined where none was sent back. */
  readonly rules: R;
  /** What the numbers of the network's input stand for. */
  readonly preprocessing: Preprocessing;
  /** Forward and backward passes that were run. */
  readonly passes: number;
  readonly ms: number;
  readonly adapter: AdapterDescription;
  /** What a reader should know before believing the picture. */
  readonly notes: readonly string[];
}

/**
 * Sends a signal back through the network, from a class, a unit or a layer to the input or to any layer on the way, under
 * the given rules: the vector-Jacobian product ∂(Σ signal · from) / ∂to of the plain gradient, guided backpropagation
 * (Springenberg et al. 2015, §3), the deconvnet (Zeiler & Fergus 2014, §2.1), or rules of your own. One forward pass to find
 * what it starts from, one forward and one backward pass for the map, [c, h, w] or [c].
 *
 * Throws ArgumentError for what does not exist, for rules that are none, and where nothing leads from one to the other.
 */
export async function backpropagate<R extends RuleSet = Rules>(
  model: Model,
  picture: SampleSource,
  { from = 'top-1', to, rules: given = 'gradient', start, signal, onProgress }: BackpropagateOptions<R> = {},
): Promise<Attribution<R>> {
  const began = performance.now();
  const rules: RuleSet = typeof given === 'string' ? RULES[checkChoice('set of rules', given, RULE_SETS)] : given;
  const key = typeof rules === 'function' ? model.graph.nodes.map((node) => keyOf(rules(node))).join() : keyOf(rules);
  const end = layerOf(model, to);
  const sample = await model.prepare(picture, { signal });
  const { seed, ...goal } = await findGoal(model, sample, from, { start, signal });
  expectFlow(model.graph, goal, end.name, to);
  onProgress?.(1 / 3);

  const results = await model.run(
    `backward:${goal.tensor}:${end.name}:${key}`,
    (graph) => {
      const { graph: both, gradients } = differentiate(graph, { of: goal.tensor, wrt: [end.name], rules });
      return prune(both, [gradients.get(end.name)!]);
    },
    (input) => (input === model.input.name ? sample.input : seed),
    {
      signal,
      onProgress:
        onProgress &&
        ((done) => {
          onProgress((1 + 2 * done) / 3);
        }),
    },
  );
  const gradient = Object.values(results)[0]!;
  return {
    method: 'backpropagate',
    map: { ...gradient, shape: gradient.shape.slice(1) },
    goal,
    layer: end === model.input ? undefined : to,
    rules: rules as R,
    preprocessing: model.preprocessing,
    passes: 3,
    ms: performance.now() - began,
    adapter: model.backend.adapter,
    notes: await notesOnRules(notesOnZeros(goal, gradient), model.graph, rules, goal.tensor, end.name),
  };
}

/** {@link backpropagate} to the input, as a method of its own. */
export async function attribute(
  method: string,
  model: Model,
  picture: SampleSource,
  rules: Rules | RuleSetName,
  { target, start, signal, onProgress }: AttributionOptions,
): Promise<Attribution> {
  return { ...(await backpropagate(model, picture, { from: target, rules, start, signal, onProgress })), method };
}

/** Throws ArgumentError where nothing leads from a goal back to a tensor. */
export function expectFlow(
  graph: Graph,
  goal: Pick<Goal, 'tensor' | 'description'>,
  end: string,
  to: string | undefined,
): void {
  if (goal.tensor === end || !flowsBack(graph, goal.tensor, [end])) {
    throw new ArgumentError(`no signal flows from ${goal.description} back to ${to ?? 'the input'}`, {
      expected: 'a layer that it is computed from, by operations that have a gradient',
    });
  }
}

const RULE_SETS = Object.keys(RULES) as RuleSetName[];

/** What each rule may say. */
const CHOICES: { readonly [K in keyof Rules]: readonly Rules[K][] } = {
  relu: ['gradient', 'guided', 'deconvnet'],
  overlap: ['accumulate', 'overwrite'],
  lrn: ['gradient', 'identity'],
};

/** The same text for the same rules. Throws ArgumentError for what are none. */
function keyOf(rules: Rules): string {
  const given = (rules as Partial<Rules> | null | undefined) ?? {};
  return Object.entries(CHOICES)
    .map(([name, choices]) => checkChoice<string>(`rule for ${name}`, given[name as keyof Rules], choices))
    .join();
}

/** The input, or a layer: weights have names too, but are none. */
function layerOf(model: Model, name: string | undefined): Value {
  if (name === undefined || (name === 'input' && !model.hasLayer(name))) return model.input;
  const value = model.resolve(checkText('the layer', name));
  if (!model.graph.constants.has(value.name)) return value;
  throw new ArgumentError(`${shown(name)} is no layer`, { expected: 'what the network computes', got: 'weights' });
}

/** What to say of a map without anything in it. */
export function notesOnZeros(goal: Pick<Goal, 'score'>, map: Tensor): string[] {
  const notes: string[] = [];
  if (map.data.every((v) => v === 0)) {
    notes.push(
      goal.score === 0
        ? 'The target is switched off for this picture (its activation is 0), so nothing flows back from it.'
        : 'Nothing flows back: the map is zero everywhere.',
    );
  }
  return notes;
}

/** The notes, with what to say of rules other than the gradient's. */
export async function notesOnRules(
  notes: string[],
  graph: Graph,
  rules: RuleSet,
  of: string,
  to: string,
): Promise<string[]> {
  const plain = (node: Node): boolean => (typeof rules === 'function' ? rules(node) : rules).relu === 'gradient';
  if (!graph.nodes.every(plain)) {
    notes.push(
      'Guided backpropagation and the deconvnet mostly redraw the picture’s edges: they change little when the weights are randomised (Adebayo et al. 2018).',
    );
    // Of plain ReLUs figures say the rule anyhow
    if (!graph.nodes.every(({ op }) => !opOf(op).activation || opOf(op).redirected)) {
      const { rulesAtWork } = await import('./rules-at-work.ts');
      notes.push(rulesAtWork(graph, rules, of, to));
    }
  }
  return notes;
}
