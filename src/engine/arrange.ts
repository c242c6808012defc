import type { Attributes, Graph } from '../ir/graph.ts';
import type { Launch, NodeContext, Op } from '../ir/op.ts';
import { opOf } from '../ops/registry.ts';
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

/** How long a tensor with memory of its own lives: from the node that writes it first to that which touches it last. */
export interface Life {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** Pieces of memory, and where in them each tensor lies, in the order of their lives. */
export interface Room {
  /** Bytes of each. */
  readonly slots: readonly number[];
  readonly at: readonly { readonly slot: number; readonly offset: number }[];
}

/** Finds room for tensors, whose lives are in the order in which they begin, so that none meets another. */
export type Allocate = (lives: readonly Life[]) => Room;

/** Launches with their shares of what a node takes. */
export function costed(context: NodeContext<Attributes>, op: Op, launches: readonly Launch[]): PlannedLaunch[] {
  const accesses = [...context.inputs, ...context.outputs].reduce((sum, v) => sum + (v ? sizeOf(v.shape) : 0), 0);
  const flops = (op.flops?.(context) ?? 0) / launches.length;
  const bytes = (NUMBER_BYTES * accesses) / launches.length;
  return launches.map((launch) => ({ launch, node: context.node.name, flops, bytes }));
}

/** How long each tensor with memory of its own lives; what the caller gives has none. */
function livesOf(
  { nodes, values, outputs }: Graph,
  shared: Sharing,
  given: ReadonlyMap<string, Place>,
): Map<string, Life> {
  const lives = new Map<string, Life>();
  for (const [at, touched] of [...nodes.map((node) => [...node.outputs, ...node.inputs]), outputs].entries()) {
    for (const { root } of touched.map((name) => shared.locate(name))) {
      if (root === '' || given.has(root)) continue;
      const { from = at, bytes = bytesOf(values.get(root)!.shape) } = lives.get(root) ?? {};
      lives.set(root, { bytes, from, to: at });
    }
  }
  return lives;
}

/**
 * Where everything lies while this is launched. A tensor's memory is used again once nothing reads it any more; outputs of the
 * graph keep theirs. An output never gets memory that an input of the same node occupies, since a launch reads and writes at once.
 */
export function arrange(graph: Graph, wanted: readonly PlannedLaunch[], allocate: Allocate): Plan {
  const { shared, launches } = share(graph, wanted);
  const place = new Map<string, Place>();
  for (const name of graph.constants.keys()) place.set(name, { constant: name });
  for (const name of graph.inputs) place.set(name, { input: name });
  const lives = livesOf(graph, shared, place);
  const { slots, at } = allocate([...lives.values()]);
  const placeOf = new Map([...lives.keys()].map((root, i) => [root, at[i]!]));

  let activationBytes = 0;
  for (const { op, outputs } of graph.nodes) {
    for (const name of outputs) {
      const { root, offset } = shared.locate(name);
      const bytes = bytesOf(graph.values.get(name)!.shape);
      if (!opOf(op).view) activationBytes += bytes;
      const own = placeOf.get(root);
      place.set(
        name,
        own
          ? { slot: own.slot, offset: own.offset + offset, bytes: shared.spans.get(name) ?? bytes }
          : place.get(root)!,
      );
    }
  }
  return {
    slots: slots.map((bytes) => ({ bytes })),
    place,
    launches,
    peakBytes: slots.reduce((sum, bytes) => sum + bytes, 0),
    activationBytes,
  };
}
