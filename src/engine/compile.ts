import { fuse } from '../graph/fuse.ts';
import { maskSooner } from '../graph/mask-sooner.ts';
import { prune } from '../graph/prune.ts';
import { splitWeights } from '../graph/split-weights.ts';
import type { Graph } from '../ir/graph.ts';
import type { Capabilities } from '../ir/op.ts';
import { loadLaunches } from '../ops/launches.ts';
import type { Plan } from './arrange.ts';
import { plan } from './plan.ts';
import { expectRoom } from './room.ts';
import type { Tuning } from './tuning.ts';

/** What decides how a graph is compiled. */
export interface Target {
  readonly capabilities: Capabilities;
  /** The largest tensor that can be bound. */
  readonly maxBytes: number;
  readonly tuning: Tuning;
  /** The last thing done to a graph. */
  readonly transform: ((graph: Graph) => Graph) | undefined;
}

/** A graph as a device runs it. */
export interface Compiled {
  readonly graph: Graph;
  /** Outputs of the graph as given → their names in this one. */
  readonly tensorOf: ReadonlyMap<string, string>;
  readonly plan: Plan;
}

/**
 * Rewrites a graph for a device and plans it, with shaders that compile soon. Throws UnsupportedOpError, and
 * UnsupportedEnvironmentError where the device has too little room, ModelFetchError where launches cannot be fetched.
 */
export async function compile(given: Graph, { capabilities, maxBytes, tuning, transform }: Target): Promise<Compiled> {
  const fused = fuse(splitWeights(maskSooner(prune(given)), maxBytes));
  const graph = transform?.(fused) ?? fused;
  await loadLaunches(graph.nodes.map(({ op }) => op));
  const planned = plan(graph, { ...capabilities, baseline: true }, tuning);
  expectRoom(graph, planned, maxBytes);
  return { graph, plan: planned, tensorOf: new Map(given.outputs.map((name, i) => [name, graph.outputs[i]!])) };
}
