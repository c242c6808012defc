import { checkList, checkWhole } from '../check.ts';
import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph } from '../ir/graph.ts';
import type { NodeContext } from '../ir/op.ts';
import { MAX_RUNS } from '../limits.ts';
import { loadLaunches } from '../ops/launches.ts';
import { graphBuilder, opOf } from '../ops/registry.ts';
import { anyInputs } from './inputs.ts';
import { signatureOf, writeTuning } from './tuning.ts';
import type { WebGpuBackend } from './webgpu.ts';

/** A layer and how long each way to compute it took. */
export interface TunedLayer {
  /** What layers have in common for which this holds. */
  readonly signature: string;
  /** Names of the graph's nodes that are such layers. */
  readonly nodes: readonly string[];
  /** Floating-point operations of one run. */
  readonly flops: number;
  /** Fastest first; compilation is the time until the first run could begin. */
  readonly variants: readonly { readonly variant: string; readonly ms: number; readonly compileMs: number }[];
}

export interface TuneOptions {
  /** Runs of which the fastest counts. */
  readonly runs?: number;
  /** Names of the graph's nodes that are measured; all by default. */
  readonly nodes?: readonly string[] | undefined;
  /** Whether the fastest are used from now on, as they are by default. */
  readonly keep?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * Measures, like {@link profile}, each way to compute each layer of a graph, and keeps the fastest: for graphs that this
 * backend compiles from now on, and for later pages on an adapter of this name.
 */
export async function tune(
  backend: WebGpuBackend,
  graph: Graph,
  { runs = 5, nodes: wanted, keep = true, signal, onProgress }: TuneOptions = {},
): Promise<readonly TunedLayer[]> {
  checkWhole('runs', runs, 1, MAX_RUNS);
  if (wanted !== undefined) checkList('the list of nodes', wanted);
  await loadLaunches(graph.nodes.map(({ op }) => op));
  const layers = new Map<string, { readonly context: NodeContext<Attributes>; readonly nodes: string[] }>();
  for (const node of graph.nodes) {
    if (!opOf(node.op).variants || wanted?.includes(node.name) === false) continue;
    const context = contextOf(node, graph.values);
    const signature = signatureOf(context);
    const known = layers.get(signature);
    if (known) known.nodes.push(node.name);
    else layers.set(signature, { context, nodes: [node.name] });
  }

  const results: TunedLayer[] = [];
  for (const [signature, { context, nodes }] of layers) {
    const op = opOf(context.node.op);
    const variants = [];
    for (const variant of op.variants!(context, backend.capabilities)) {
      signal?.throwIfAborted();
      variants.push({ variant, ...(await measure(backend, context, variant, runs)) });
    }
    variants.sort((a, b) => a.ms - b.ms);
    if (keep) backend.tuning.set(signature, variants[0]!.variant);
    results.push({ signature, nodes, flops: op.flops?.(context) ?? 0, variants });
    onProgress?.(results.length / layers.size);
  }
  if (keep) writeTuning(backend.adapter.name, backend.tuning);
  return results;
}

/** Graphs compiled from now on, and later pages, choose without measurements again. */
export function forgetTuning(backend: WebGpuBackend): void {
  backend.tuning.clear();
  writeTuning(backend.adapter.name, backend.tuning);
}

async function measure(
  backend: WebGpuBackend,
  { node, inputs }: NodeContext<Attributes>,
  variant: string,
  runs: number,
): Promise<{ ms: number; compileMs: number }> {
  const builder = graphBuilder();
  const operands = inputs.map((value, i) => (value ? builder.input(`x${String(i)}`, 'float32', value.shape) : ''));
  const y = builder.add(node.op, operands, { ...node.attributes, variant });
  const graph = builder.build(node.name, [y]);
  const feeds = anyInputs(graph);
  const started = performance.now();
  const executable = await backend.compile(graph);
  const compileMs = performance.now() - started;
  try {
    let ms = Infinity;
    for (let i = 0; i < runs; i++) {
      const launches = await executable.profile(feeds);
      ms = Math.min(
        ms,
        launches.reduce((sum, launch) => sum + launch.ms, 0),
      );
    }
    return { ms, compileMs };
  } finally {
    executable.dispose();
  }
}
