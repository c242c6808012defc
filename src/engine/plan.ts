import { UnsupportedOpError, type UnsupportedNode } from '../errors.ts';
import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph } from '../ir/graph.ts';
import type { Capabilities, NodeContext, Op } from '../ir/op.ts';
import { opOf } from '../ops/table.ts';
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
  readonly #free = new Set<number>();

  take(bytes: number): number {
    const free = [...this.#free].sort((a, b) => this.bytes[a]! - this.bytes[b]!);
    const slot = free.find((i) => this.bytes[i]! >= bytes) ?? free.at(-1) ?? this.bytes.length;
    this.#free.delete(slot);
    this.bytes[slot] = Math.max(bytes, this.bytes[slot] ?? 0);
    return slot;
  }

  release(slot: number): void {
    this.#free.add(slot);
  }
}

function launchesOf(graph: Graph, capabilities: Capabilities, tuning: Tuning): PlannedLaunch[] {
  const unsupported: UnsupportedNode[] = [];
  const planned = graph.nodes.flatMap((node) => {
    const op = opOf(node.op);
    if (op.view) return [];
    if (!op.launches) {
      unsupported.push({ op: node.op, node: node.name, reason: 'runs on constants only, and its inputs are not' });
      return [];
    }
    const context = tuned(contextOf(node, graph.values), op, capabilities, tuning);
    const launches = op.launches(context, capabilities).filter(({ threads }) => !threads.includes(0));
    const accesses = [...context.inputs, ...context.outputs].reduce((sum, v) => sum + (v ? sizeOf(v.shape) : 0), 0);
    const flops = (op.flops?.(context) ?? 0) / launches.length;
    const bytes = (NUMBER_BYTES * accesses) / launches.length;
    return launches.map((launch) => ({ launch, node: node.name, flops, bytes }));
  });
  if (unsupported.length > 0) throw new UnsupportedOpError(unsupported, { where: graph.name });
  return planned;
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

/** Index of the last node that touches the memory of each tensor with its own; Infinity for outputs of the graph. */
function lastUses(graph: Graph, shared: Sharing): Map<string, number> {
  const last = new Map<string, number>();
  for (const [at, { inputs, outputs }] of graph.nodes.entries()) {
    for (const name of [...inputs, ...outputs]) last.set(shared.locate(name).root, at);
  }
  for (const name of graph.outputs) last.set(shared.locate(name).root, Infinity);
  return last;
}

/**
 * Plans a run. A tensor's memory is used again once nothing reads it any more; outputs of the graph keep theirs.
 * An output never gets memory that an input of the same node occupies, since a launch reads and writes at once.
 */
export function plan(graph: Graph, capabilities: Capabilities = PLAIN, tuning: Tuning = new Map()): Plan {
  const wanted = launchesOf(graph, capabilities, tuning);
  const { shared, launches } = share(graph, wanted);
  const last = lastUses(graph, shared);
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
    for (const [root, slot] of live) {
      if (last.get(root)! > at) continue;
      slots.release(slot);
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
