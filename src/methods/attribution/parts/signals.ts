import type { Model } from '../../../engine/model.ts';
import { differentiate } from '../../../graph/differentiate.ts';
import { Inlined } from '../../../graph/inline.ts';
import { prune } from '../../../graph/prune.ts';
import type { Graph } from '../../../ir/graph.ts';
import type { Rules } from '../../../ir/op.ts';
import { graphBuilder } from '../../../ops/registry.ts';
import type { Data } from '../../../tensor/tensor.ts';
import type { Goal } from '../../parts/target.ts';
import { imageOf, inBatches, shapeOfInput, stack } from './batches.ts';
import type { Job } from './job.ts';
import { ruleOf, type RuleTable } from './rule-tables.ts';
import { scoreOf } from './target.ts';

/** How signals pass. */
export interface SignalRules {
  /** At activation functions, pools and normalisation. */
  readonly rules?: Rules | undefined;
  /** Other rules by kinds of op. */
  readonly table?: RuleTable | undefined;
}

/** A backward pass for n images at once. */
export interface SignalGraph {
  /** Inputs: that of the network [n, c, h, w] and the seed [n, …]. */
  readonly graph: Graph;
  readonly seed: string;
  /** Of Σ seed · goal with respect to the tensor that was asked for [n, …]. */
  readonly gradient: string;
  /** The tensor itself. */
  readonly activations: string;
  /** What the goal is in [n, …]. */
  readonly of: string;
}

/** The network for n images, and a signal that goes back from a goal to a tensor of it. */
export function signalGraph(
  model: Model,
  goal: Goal,
  to: string,
  n: number,
  { rules, table }: SignalRules = {},
): SignalGraph {
  const { name } = model.input;
  const builder = graphBuilder();
  const image = builder.input(name, 'float32', [n, ...shapeOfInput(model)]);
  const network = new Inlined(builder, model.graph, { [name]: image });
  const of = network.tensor(goal.tensor);
  const activations = network.tensor(to);
  const { graph, seed, gradients } = differentiate(builder.build(model.graph.name, [of]), {
    of,
    wrt: [activations],
    ...(rules && { rules }),
    backward: table && ruleOf(table),
  });
  const gradient = gradients.get(activations)!;
  return { graph: prune(graph, [...new Set([gradient, of, activations])]), seed, gradient, activations, of };
}

/** What came back to the network's input of one of many images. */
export interface SignalAt {
  readonly index: number;
  /** [c, h, w], no longer there once the next is asked for. */
  readonly gradient: Data;
  readonly score: number;
}

/** Sends a goal back to the inputs `inputOf` gives [c, h, w], many at once. */
export async function* signalsAt(
  job: Job,
  count: number,
  inputOf: (i: number) => Data,
  rules: SignalRules = {},
  progress?: readonly [before: number, share: number],
): AsyncGenerator<SignalAt, void, undefined> {
  const { model, goal } = job;
  const graphs = new Map<number, SignalGraph>();
  const graphOf = (n: number): SignalGraph => {
    const found = graphs.get(n) ?? signalGraph(model, goal, model.input.name, n, rules);
    graphs.set(n, found);
    return found;
  };
  const shape = shapeOfInput(model);
  const batches = inBatches(job, {
    count,
    passes: 2,
    ...(progress && { progress }),
    build: (n) => {
      const { graph, gradient, of } = graphOf(n);
      return prune(graph, [gradient, of]);
    },
    feed: (first, n) => ({
      [model.input.name]: stack(n, shape, (i) => inputOf(Math.min(first + i, count - 1))),
      [graphOf(n).seed]: stack(n, goal.seed.shape.slice(1), () => goal.seed.data),
    }),
  });
  for await (const { first, count: here, outputs } of batches) {
    const [gradients, values] = outputs;
    for (let i = 0; i < here; i++) {
      yield { index: first + i, gradient: imageOf(gradients!, i), score: scoreOf(goal, values!.data, i) };
    }
  }
}
