import type { Attributes, Graph } from '../ir/graph.ts';
import type { Launch, NodeContext, Op } from '../ir/op.ts';
import { opOf } from '../ops/registry.ts';
import { append } from '../tensor/append.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { share, type NodeLaunch, type Sharing } from './share.ts';

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

/** Launches with their shares of what a node takes. */
export function costed(context: NodeContext<Attributes>, op: Op, launches: readonly Launch[]): PlannedLaunch[] {
  const accesses = [...context.inputs, ...context.outputs].reduce((sum, v) => sum + (v ? sizeOf(v.shape) : 0), 0);
  const flops = (op.flops?.(context) ?? 0) / launches.length;
  const bytes = (NUMBER_BYTES * accesses) / launches.length;
  return launches.map((launch) => ({ launch, node: context.node.name, flops, bytes }));
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
 * Where everything lies while this is launched. A tensor's memory is used again once nothing reads it any more; outputs of the
 * graph keep theirs. An output never gets memory that an input of the same node occupies, since a launch reads and writes at once.
 */
export function arrange(graph: Graph, wanted: readonly PlannedLaunch[]): Plan {
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
