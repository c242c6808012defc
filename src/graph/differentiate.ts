import { checkList, shown } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { contextOf, type GraphBuilder } from '../ir/builder.ts';
import type { Graph, Node } from '../ir/graph.ts';
import type { Op, Rules, RuleSet } from '../ir/op.ts';
import { graphBuilder, opOf } from '../ops/registry.ts';
import { append } from '../tensor/append.ts';
import { activationsOf } from './activations.ts';
import { dependents } from './dependents.ts';

/** The three classic ways down. Zeiler's deconvnet leaves contrast normalisation out (Zeiler & Fergus 2014, §2.1). */
export const RULES: Readonly<Record<'gradient' | 'guided' | 'deconvnet', Rules>> = {
  gradient: { relu: 'gradient', overlap: 'accumulate', lrn: 'gradient' },
  guided: { relu: 'guided', overlap: 'accumulate', lrn: 'gradient' },
  deconvnet: { relu: 'deconvnet', overlap: 'accumulate', lrn: 'identity' },
};

export interface Objective {
  /** Tensor whose gradient comes in from outside: a layer, the logits, a loss. */
  readonly of: string;
  /** Tensors with respect to which: inputs, layers, weights. */
  readonly wrt: readonly string[];
  /** The plain gradient by default. */
  readonly rules?: RuleSet;
  /** The rule of a node where it is not that of its op. */
  readonly backward?: ((node: Node) => Op['backward']) | undefined;
}

export interface Derivative {
  /** The graph with the backward pass appended; its outputs are the old ones and the gradients. */
  readonly graph: Graph;
  /** Input with the shape of `of`: the signal that is sent back. */
  readonly seed: string;
  /** Tensor of `wrt` → tensor with the gradient of Σ seed·of with respect to it. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * Appends the backward pass as ordinary nodes. It only goes where a tensor of `wrt` can be reached. Throws
 * {@link ArgumentError} for a tensor that does not exist or that `of` does not depend on.
 */
export function differentiate(graph: Graph, { of, wrt, rules = RULES.gradient, backward: own }: Objective): Derivative {
  for (const name of [of, ...checkList('wrt', wrt)]) {
    if (!graph.values.has(name))
      throw new ArgumentError(`there is no tensor ${shown(name)}`, { where: 'differentiate' });
  }
  const builder = graphBuilder(graph);
  const seed = builder.input('seed', 'float32', graph.values.get(of)!.shape);
  const signals = new Signals(builder);
  signals.send(of, seed);
  const reached = dependents(graph, wrt);
  const roles = activationsOf(graph);
  for (const { name, op } of graph.nodes.toReversed()) {
    // The node of the builder, which a rule may have made to write more than that of the graph.
    const node = builder.node(name);
    const backward = own?.(node) ?? opOf(op).backward;
    let dy = node.outputs.map((output) => signals.at(output));
    const wanted = node.inputs.map((input) => reached.has(input));
    if (!backward || !wanted.includes(true) || dy.every((signal) => signal === undefined)) continue;
    const role = roles.get(name);
    const given = typeof rules === 'function' ? rules(node) : rules;
    const relu = role === 'part' ? 'gradient' : given.relu;
    // It is never off, so there is no mask: what is sent through its derivative is max(dy, 0) under both rules (docs/rules.md).
    if (role === 'smooth' && relu !== 'gradient') dy = dy.map((signal) => signal && builder.add('relu', [signal]));
    const context = contextOf(node, builder.values);
    const found = withNode(node, () =>
      backward({
        ...context,
        builder,
        rules: { ...given, relu },
        dy,
        wanted,
        output: (index) => builder.node(name).outputs[index] ?? builder.extend(name),
      }),
    );
    for (const [i, input] of node.inputs.entries())
      if (wanted[i] && found[i] !== undefined) signals.send(input, found[i]);
  }
  const gradients = new Map(wrt.map((name) => [name, signals.at(name) ?? unreachable(of, name)]));
  const outputs = [...new Set([...graph.outputs, ...gradients.values()])];
  return { graph: builder.build(graph.name, outputs), seed, gradients };
}

/** Does work for a node: the nodes it adds have names that nobody knows, so errors about them name the node. */
function withNode<T>({ op, name }: Node, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw new ShapeError('it has no gradient of this size', { where: `${op} "${name}"`, got: cause.message, cause });
  }
}

/** Whether a gradient of `of` reaches one of these tensors: all on the way have one. */
export function flowsBack(graph: Graph, of: string, wrt: readonly string[]): boolean {
  const reached = dependents(graph, wrt);
  const signals = new Set([of]);
  for (const { op, inputs, outputs } of graph.nodes.toReversed()) {
    if (!outputs.some((output) => signals.has(output)) || !opOf(op).backward) continue;
    for (const input of inputs) if (reached.has(input)) signals.add(input);
  }
  return wrt.some((name) => signals.has(name));
}

/** What flows back into each tensor; where it comes from several sides it is added up. */
class Signals {
  readonly #builder: GraphBuilder;
  readonly #parts = new Map<string, string[]>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  send(tensor: string, signal: string): void {
    append(this.#parts, tensor, signal);
  }

  /** Their sum; undefined where nothing arrived. */
  at(tensor: string): string | undefined {
    const parts = this.#parts.get(tensor);
    if (!parts) return undefined;
    const sum = parts.reduce((total, part) => this.#builder.add('add', [total, part]));
    this.#parts.set(tensor, [sum]);
    return sum;
  }
}

function unreachable(of: string, wrt: string): never {
  throw new ArgumentError(`no gradient flows from "${of}" to "${wrt}"`, {
    where: 'differentiate',
    expected: 'a tensor that it is computed from, through operations that have a gradient',
  });
}
