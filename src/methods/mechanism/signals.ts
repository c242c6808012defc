import type { Model, Sample } from '../../engine/model.ts';
import { differentiate, flowsBack, RULES } from '../../graph/differentiate.ts';
import { prune } from '../../graph/prune.ts';
import { contextOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { Backward } from '../../ops/explain/explanation.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import type { RuleSetName } from '../parts/backpropagate.ts';
import { explainerOf, type Spot, type Stage } from './path.ts';

/** The three ways down, in the order in which they are shown. */
export const RULE_NAMES: readonly RuleSetName[] = ['gradient', 'guided', 'deconvnet'];

export type ByRule<T> = Readonly<Record<RuleSetName, T>>;

/** What another layer that reads the same numbers sends back to one of them. */
export interface OtherReader {
  readonly tensor: string;
  readonly sums: ByRule<number>;
}

/** One node on the way back: from a signal at its output to the signal at its input. */
export interface Return {
  readonly stage: Stage;
  /** The signal at the unit of the output, under each rule on its own way. */
  readonly arrives: ByRule<number>;
  /** The signal at the unit of the input: what all its readers send. */
  readonly leaves: ByRule<number>;
  /** The arithmetic under each rule; undefined where nobody has written it down. */
  readonly backward: ByRule<Backward> | undefined;
  /** Other readers of the input, whose part is known. */
  readonly others: readonly OtherReader[];
  /** Tensors of other readers: what is left of the signal comes from them. */
  readonly unknown: readonly string[];
}

/** Makes a value for each rule. */
export function byRule<T>(make: (rule: RuleSetName) => T): ByRule<T> {
  return Object.fromEntries(RULE_NAMES.map((rule) => [rule, make(rule)])) as Record<RuleSetName, T>;
}

/** Names of tensors that a backward run gives. */
interface Derived {
  readonly graph: Graph;
  /** Of each rule, tensor → its signal. */
  readonly signals: ByRule<ReadonlyMap<string, string>>;
  readonly seeds: readonly string[];
  /** Node → what it records for the way back. */
  readonly recorded: ReadonlyMap<string, string>;
}

/** The way back under the three rules in one graph: what they have in common is computed once. */
function derive(graph: Graph, of: string, wrt: readonly string[], recording: ReadonlyMap<string, number>): Derived {
  let both = graph;
  const seeds: string[] = [];
  const signals = byRule((rule) => {
    const derivative = differentiate(both, { of, wrt, rules: RULES[rule] });
    both = derivative.graph;
    seeds.push(derivative.seed);
    return derivative.gradients;
  });
  const recorded = new Map(
    both.nodes.flatMap(({ name, outputs }) => {
      const output = outputs[recording.get(name) ?? NaN];
      return output === undefined ? [] : [[name, output] as const];
    }),
  );
  const wanted = [...Object.values(signals).flatMap((found) => [...found.values()]), ...recorded.values()];
  return { graph: prune(both, [...new Set(wanted)]), signals, seeds, recorded };
}

/** The nodes that read a tensor on the way to another. */
function readersOf(graph: Graph, tensor: string): readonly Node[] {
  return graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
}

/**
 * The way back along a path under the three rules, from a signal of 1 at its end. It ends early where no signal passes. One
 * forward and three backward passes, in one run.
 */
export async function wayBack(
  model: Model,
  sample: Pick<Sample, 'input'>,
  end: Spot,
  stages: readonly Stage[],
  numbers: (tensor: string) => ArrayLike<number>,
  signal?: AbortSignal,
): Promise<Return[]> {
  const { graph } = model;
  const explain = explainerOf(graph);
  const within = prune(graph, [end.tensor]);
  const flows = (tensor: string): boolean => tensor === end.tensor || flowsBack(within, end.tensor, [tensor]);
  const backwards = stages.toReversed();
  const stop = backwards.findIndex(({ from }) => !flows(from.tensor));
  const passed = stop < 0 ? backwards : backwards.slice(0, stop);
  if (passed.length === 0) return [];

  const readers = new Map(passed.map(({ from }) => [from.tensor, readersOf(within, from.tensor)]));
  const outputs = [...readers.values()].flat().map((node) => node.outputs[0]!);
  const signals = new Set([...passed.map(({ from }) => from.tensor), ...outputs.filter(flows)]);
  signals.delete(end.tensor);
  const wrt = [...signals];
  const recording = new Map(
    [...readers.values()].flat().flatMap((node) => {
      const records = explain(node)?.records;
      return records === undefined ? [] : [[node.name, records] as const];
    }),
  );
  const seed = new Float32Array(sizeOf(graph.values.get(end.tensor)!.shape));
  seed[end.at] = 1;
  const derived = derive(graph, end.tensor, wrt, recording);
  const results = await model.run(
    `mechanism:${end.tensor}:${wrt.join()}`,
    () => derived.graph,
    (input) => (input === model.input.name ? sample.input : float32(graph.values.get(end.tensor)!.shape, seed)),
    { signal },
  );
  const signalAt = (rule: RuleSetName, tensor: string): ArrayLike<number> | undefined => {
    if (tensor === end.tensor) return seed;
    const name = derived.signals[rule].get(tensor);
    return name === undefined ? undefined : results[name]!.data;
  };
  /** What a node sends back under a rule; undefined where nobody has written its arithmetic down, or nothing arrives. */
  const sentBy = (node: Node, from: number, to: number, rule: RuleSetName): Backward | undefined => {
    const dy = signalAt(rule, node.outputs[0]!);
    const recorded = derived.recorded.get(node.name);
    return (
      dy &&
      explain(node)?.backward(
        contextOf(node, graph.values),
        (index) => numbers(node.inputs[index]!),
        { from, to },
        dy,
        recorded === undefined ? undefined : results[recorded]!.data,
      )
    );
  };
  return passed.map((stage): Return => {
    const { node, from, to, explanation } = stage;
    const rest = readers.get(from.tensor)!.filter((other) => other !== node && signalAt('gradient', other.outputs[0]!));
    const known = rest.filter((other) => explain(other));
    const sums = (other: Node): ByRule<number> =>
      byRule((rule) => sumOf(sentBy(other, from.at, 0, rule)!, rule, from.at));
    return {
      stage,
      arrives: byRule((rule) => signalAt(rule, to.tensor)![to.at]!),
      leaves: byRule((rule) => signalAt(rule, from.tensor)![from.at]!),
      backward: explanation && byRule((rule) => sentBy(node, from.at, to.at, rule)!),
      others: known.map((other) => ({ tensor: other.outputs[0]!, sums: sums(other) })),
      unknown: rest.filter((other) => !known.includes(other)).map(({ outputs: [output] }) => output!),
    };
  });
}

/** What a node sends back to the unit `from` of its input. */
export function sumOf(backward: Backward, rule: RuleSetName, from: number): number {
  return backward.kind === 'ruled' ? backward[rule][backward.places.indexOf(from)]! : backward.sum;
}
