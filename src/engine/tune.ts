import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph } from '../ir/graph.ts';
import type { NodeContext } from '../ir/op.ts';
import { graphBuilder, opOf } from '../ops/table.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { profile } from './profile.ts';
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
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * Measures on the GPU's own clock each way to compute each layer of a graph, and keeps the fastest: for graphs that this
 * backend compiles from now on, and for later pages on an adapter of this name. Throws UnsupportedEnvironmentError where
 * the device has no clock.
 */
export async function tune(
  backend: WebGpuBackend,
  graph: Graph,
  { runs = 5, signal, onProgress }: TuneOptions = {},
): Promise<readonly TunedLayer[]> {
  const layers = new Map<string, { readonly context: NodeContext<Attributes>; readonly nodes: string[] }>();
  for (const node of graph.nodes) {
    if (!opOf(node.op).variants) continue;
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
    backend.tuning.set(signature, variants[0]!.variant);
    results.push({ signature, nodes, flops: op.flops?.(context) ?? 0, variants });
    onProgress?.(results.length / layers.size);
  }
  writeTuning(backend.adapter.name, backend.tuning);
  return results;
}

async function measure(
  backend: WebGpuBackend,
  { node, inputs }: NodeContext<Attributes>,
  variant: string,
  runs: number,
): Promise<{ ms: number; compileMs: number }> {
  const builder = graphBuilder();
  const feeds: Record<string, Tensor> = {};
  const operands = inputs.map((value, i) => {
    if (!value) return '';
    const name = builder.input(`x${String(i)}`, 'float32', value.shape);
    feeds[name] = anything(value.shape);
    return name;
  });
  const y = builder.add(node.op, operands, { ...node.attributes, variant });
  const started = performance.now();
  const executable = await backend.compile(builder.build(node.name, [y]));
  const compileMs = performance.now() - started;
  try {
    let ms = Infinity;
    for (let i = 0; i < runs; i++) {
      const launches = await profile(executable, feeds);
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

/** Numbers of both signs; zeros and denormal numbers may be faster. */
function anything(shape: Shape): Tensor {
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 2003) / 1001 - 1),
  );
}
