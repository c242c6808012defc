import { ShapeError, UnsupportedOpError, type UnsupportedNode } from '../errors.ts';
import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph, Node } from '../ir/graph.ts';
import type { Capabilities, Launch, NodeContext, Op } from '../ir/op.ts';
import { MAX_LAUNCH_OPERATIONS, MAX_LAUNCHES } from '../limits.ts';
import { opOf } from '../ops/registry.ts';
import { append } from '../tensor/append.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { share, type NodeLaunch, type Sharing } from './share.ts';
import { signatureOf, type Tuning } from './tuning.ts';

/** Where the numbers of a tensor are: memory of the plan, or the caller's tensor under that name. */
export type Place =
  | { readonly slot: number; readonly offset: number; readonly bytes: number }
  | { readonly constant: string }
  | { readonly input: string };

export interface PlannedLaunch extends NodeLaunch {
  /** Share of the node's floating-point operations. */
  readonly flops: number;
  /** Share of the bytes of the node's tensors. */
  readonly bytes: number;
}

/** How a graph runs: the memory it needs, where each tensor lies, and what is launched in which order. */
export interface Plan {
  readonly slots: readonly { readonly bytes: number }[];
  /** Every tensor of the graph. */
  readonly place: ReadonlyMap<string, Place>;
  readonly launches: readonly PlannedLaunch[];
  /** Bytes of all slots. */
  readonly peakBytes: number;
  /** Bytes that the same tensors would need without reuse. */
  readonly activationBytes: number;
}

/** What every device can do. */
const PLAIN: Capabilities = { subgroups: false, adapter: 'integrated' };
/** Bytes of one number on the GPU: float32 or uint32. */
const NUMBER_BYTES = 4;
/** Sizes of buffers: shaders may read tensors as vec4 and empty tensors still need a binding. */
const GRANULE_BYTES = 16;

/** Bytes that a tensor occupies on the GPU. */
export function bytesOf(shape: Shape): number {
  return Math.max(GRANULE_BYTES, Math.ceil((sizeOf(shape) * NUMBER_BYTES) / GRANULE_BYTES) * GRANULE_BYTES);
}

/** Hands out slots: the smallest free one that is large enough, else the largest free one, enlarged, else a new one. */
class Slots {
  readonly bytes: number[] = [];
  /** Sizes of free slots, each once, ascending. */
  readonly #sizes: number[] = [];
  /** Size → the free slots that have it. */
  readonly #free = new Map<number, number[]>();

  take(bytes: number): number {
    const at = Math.min(this.#firstFrom(bytes), this.#sizes.length - 1);
    const slot = at < 0 ? this.bytes.length : this.#takeFrom(at);
    this.bytes[slot] = Math.max(bytes, this.bytes[slot] ?? 0);
    return slot;
  }

  release(slot: number): void {
    const size = this.bytes[slot]!;
    if (!this.#free.has(size)) this.#sizes.splice(this.#firstFrom(size), 0, size);
    append(this.#free, size, slot);
  }

  #takeFrom(at: number): number {
    const size = this.#sizes[at]!;
    const slots = this.#free.get(size)!;
    const slot = slots.pop()!;
    if (slots.length === 0) {
      this.#free.delete(size);
      this.#sizes.splice(at, 1);
    }
    return slot;
  }

  /** Index of the first size that is not smaller; halves the range in each turn. */
  #firstFrom(bytes: number): number {
    let [low, high] = [0, this.#sizes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sizes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function launchesOf(graph: Graph, capabilities: Capabilities, tuning: Tuning): PlannedLaunch[] {
  const unsupported: UnsupportedNode[] = [];
  let total = 0;
  const planned = graph.nodes.flatMap((node) => {
    const op = opOf(node.op);
    if (op.view) return [];
    if (!op.launches) {
      unsupported.push({ op: node.op, node: node.name, reason: 'runs on constants only, and its inputs are not' });
      return [];
    }
    const context = tuned(contextOf(node, graph.values), op, capabilities, tuning);
    if (context.outputs.every(({ shape }) => sizeOf(shape) === 0)) return [];
    const launches = op.launches(context, capabilities).filter(({ threads }) => !threads.includes(0));
    const planned = costed(context, op, launches);
    total += planned.length;
    const flops = planned[0]?.flops ?? 0;
    if (flops > MAX_LAUNCH_OPERATIONS || total > MAX_LAUNCHES) throw tooMuch(node, flops);
    return planned;
  });
  if (unsupported.length > 0) throw new UnsupportedOpError(unsupported, { where: graph.name });
  return planned;
}

/** Launches with their shares of what a node takes. */
function costed(context: NodeContext<Attributes>, op: Op, launches: readonly Launch[]): PlannedLaunch[] {
  const accesses = [...context.inputs, ...context.outputs].reduce((sum, v) => sum + (v ? sizeOf(v.shape) : 0), 0);
  const flops = (op.flops?.(context) ?? 0) / launches.length;
  const bytes = (NUMBER_BYTES * accesses) / launches.length;
  return launches.map((launch) => ({ launch, node: context.node.name, flops, bytes }));
}

function tooMuch({ op, name }: Node, flops: number): ShapeError {
  const where = `${op} "${name}"`;
  const amount = (n: number): string => Math.round(n).toLocaleString('en');
  if (flops > MAX_LAUNCH_OPERATIONS) {
    const expected = `at most ${amount(MAX_LAUNCH_OPERATIONS)}`;
    return new ShapeError('too many operations at once', { where, expected, got: amount(flops) });
  }
  return new ShapeError('the graph takes too many launches', { where, expected: `at most ${amount(MAX_LAUNCHES)}` });
}

/** With the variant that was measured to be fastest, unless the node names one or that one cannot be used here. */
function tuned(
  context: NodeContext<Attributes>,
  op: Op,
  capabilities: Capabilities,
  tuning: Tuning,
): NodeContext<Attributes> {
  const { attributes } = context;
  if (tuning.size === 0 || !op.variants || attributes['variant'] !== undefined) return context;
  const variant = tuning.get(signatureOf(context));
  if (variant === undefined || !op.variants(context, capabilities).includes(variant)) return context;
  return { ...context, attributes: { ...attributes, variant } };
}

/** Node, by index → the tensors with memory of their own that it touches last; those of outputs of the graph are kept. */
function lastUses(graph: Graph, shared: Sharing): Map<number, string[]> {
  const last = new Map<string, number>();
  for (const [at, { inputs, outputs }] of graph.nodes.entries()) {
    for (const name of [...inputs, ...outputs]) last.set(shared.locate(name).root, at);
  }
  for (const name of graph.outputs) last.delete(shared.locate(name).root);
  const ending = new Map<number, string[]>();
  for (const [root, at] of last) append(ending, at, root);
  return ending;
}

/**
 * Plans a run. A tensor's memory is used again once nothing reads it any more; outputs of the graph keep theirs.
 * An output never gets memory that an input of the same node occupies, since a launch reads and writes at once.
 */
export function plan(graph: Graph, capabilities: Capabilities = PLAIN, tuning: Tuning = new Map()): Plan {
  return arrange(graph, launchesOf(graph, capabilities, tuning));
}

/**
 * Plans a run of whole nodes in their order, each by whatever computes it: those of which a launch is left. The images of a
 * tensor lie side by side.
 */
export function planInOrder(graph: Graph): Plan {
  const wanted = graph.nodes.flatMap((node) => {
    const op = opOf(node.op);
    const context = contextOf(node, graph.values);
    if (op.view || context.outputs.every(({ shape }) => sizeOf(shape) === 0)) return [];
    // A variant is a way to compute something on a GPU.
    const attributes = { ...context.attributes, variant: undefined };
    const launches = op.launches?.({ ...context, attributes }, PLAIN) ?? [];
    const copies = launches.length > 0 && launches.every(({ copies }) => copies?.rows === 1);
    return costed(context, op, copies ? launches : [wholeOf(node)]);
  });
  return arrange(graph, wanted);
}

/** A node as one launch, for who only wants to know what it touches. */
function wholeOf({ op, inputs, outputs }: Node): Launch {
  const bindings = Object.fromEntries([...inputs, ...outputs].filter(Boolean).map((name) => [name, name]));
  return { shader: op, params: {}, bindings, threads: [1, 1, 1] };
}

function arrange(graph: Graph, wanted: readonly PlannedLaunch[]): Plan {
  const { shared, launches } = share(graph, wanted);
  const ending = lastUses(graph, shared);
  const slots = new Slots();
  const place = new Map<string, Place>();
  for (const name of graph.constants.keys()) place.set(name, { constant: name });
  for (const name of graph.inputs) place.set(name, { input: name });

  let activationBytes = 0;
  const live = new Map<string, number>();
  for (const [at, { op, outputs }] of graph.nodes.entries()) {
    for (const name of outputs) {
      const { root, offset } = shared.locate(name);
      const bytes = bytesOf(graph.values.get(name)!.shape);
      if (!opOf(op).view) activationBytes += bytes;
      const source = place.get(root);
      if (source && !('slot' in source)) {
        place.set(name, source);
        continue;
      }
      const slot = live.get(root) ?? slots.take(bytesOf(graph.values.get(root)!.shape));
      live.set(root, slot);
      place.set(name, { slot, offset, bytes: shared.spans.get(name) ?? bytes });
    }
    for (const root of ending.get(at) ?? []) {
      const slot = live.get(root);
      if (slot !== undefined) slots.release(slot);
      live.delete(root);
    }
  }
  return {
    slots: slots.bytes.map((bytes) => ({ bytes })),
    place,
    launches,
    peakBytes: slots.bytes.reduce((sum, bytes) => sum + bytes, 0),
    activationBytes,
  };
}
