import { checkWhole } from '../check.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_RUNS } from '../limits.ts';
import type { Backend, LaunchTime } from './backend.ts';
import { anyInputs } from './inputs.ts';

/** What the nodes of a graph take. */
export interface LayerTimes {
  /** Node → ms. What is done by another node's kernel, or needs none, is not in it. */
  readonly nodes: ReadonlyMap<string, number>;
  readonly ms: number;
  readonly clock: LaunchTime['clock'];
}

export interface LayerTimesOptions {
  /** Times of which the shortest counts. */
  readonly runs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Measures each node of a network on made-up numbers; on the reference backend none. */
export async function layerTimes(
  backend: Backend,
  graph: Graph,
  { runs = 3, signal }: LayerTimesOptions = {},
): Promise<LayerTimes> {
  checkWhole('runs', runs, 1, MAX_RUNS);
  const executable = await backend.compile(graph, { signal });
  try {
    const best: number[] = [];
    let launches: readonly LaunchTime[] = [];
    for (let run = 0; run < runs; run++) {
      signal?.throwIfAborted();
      launches = (await executable.profile?.(anyInputs(graph))) ?? [];
      for (const [i, { ms }] of launches.entries()) best[i] = Math.min(ms, best[i] ?? Infinity);
    }
    const nodes = new Map<string, number>();
    for (const [i, { node }] of launches.entries()) nodes.set(node, (nodes.get(node) ?? 0) + best[i]!);
    return { nodes, ms: best.reduce((a, b) => a + b, 0), clock: launches[0]?.clock ?? 'wall' };
  } finally {
    executable.dispose();
  }
}
