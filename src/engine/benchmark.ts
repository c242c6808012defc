import { checkWhole } from '../check.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_RUNS } from '../limits.ts';
import type { AdapterDescription } from './backend.ts';
import type { LaunchTime } from './backend.ts';
import { anyInputs } from './inputs.ts';
import { roofline, type Roofline } from './roofline.ts';
import { createWebGpuBackend, type WebGpuBackend } from './webgpu.ts';

/** How fast a network is on a device, launch by launch. */
export interface Benchmark {
  readonly network: string;
  readonly adapter: AdapterDescription;
  /** Compilation of all its shaders on a device that has compiled nothing; browsers may keep some from earlier pages. */
  readonly compileMs: number;
  /** A run from numbers in memory to numbers in memory. */
  readonly runMs: number;
  /** Times of which the shortest counts. */
  readonly runs: number;
  readonly roofline: Roofline;
  /** In the order of execution. */
  readonly launches: readonly LaunchTime[];
  /** What the benchmark itself took. */
  readonly ms: number;
}

export interface BenchmarkOptions {
  readonly runs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What was reached of what a device can do. */
export interface Rate {
  /** Operations a second. */
  readonly flops: number;
  /** Bytes a second. */
  readonly bytes: number;
  /**
   * Of the rate that the roofline allows. Tensors that stay in a cache are read faster than the copies behind it: the
   * share can exceed 1.
   */
  readonly share: number;
}

/** Measures a network on made-up numbers. */
export async function benchmark(
  backend: WebGpuBackend,
  graph: Graph,
  { runs = 5, signal, onProgress }: BenchmarkOptions = {},
): Promise<Benchmark> {
  checkWhole('runs', runs, 1, MAX_RUNS);
  const start = performance.now();
  const steps = runs + 2;
  const compileMs = await coldCompilation(graph, signal);
  onProgress?.(1 / steps);
  const limits = await roofline(backend, signal);
  onProgress?.(2 / steps);
  const executable = await backend.compile(graph, { signal });
  try {
    await executable.tierUp();
    const inputs = anyInputs(graph);
    let runMs = Infinity;
    let best: readonly LaunchTime[] = [];
    for (let i = 0; i < runs; i++) {
      signal?.throwIfAborted();
      const before = performance.now();
      await executable.run(inputs, { signal });
      runMs = Math.min(runMs, performance.now() - before);
      const times = await executable.profile(inputs);
      best = times.map((time, at) => ({ ...time, ms: Math.min(time.ms, best[at]?.ms ?? Infinity) }));
      onProgress?.((i + 3) / steps);
    }
    signal?.throwIfAborted();
    const { adapter } = backend;
    const ms = performance.now() - start;
    return { network: graph.name, adapter, compileMs, runMs, runs, roofline: limits, launches: best, ms };
  } finally {
    executable.dispose();
  }
}

/** The rate of some launches together. */
export function rateOf(launches: readonly LaunchTime[], limits: Roofline): Rate {
  const total = (of: (launch: LaunchTime) => number): number => launches.reduce((sum, launch) => sum + of(launch), 0);
  const ms = total((launch) => launch.ms);
  const least = total(({ flops, bytes }) => 1000 * Math.max(flops / limits.flops, bytes / limits.bytes));
  const perSecond = 1000 / ms;
  return {
    flops: perSecond * total(({ flops }) => flops),
    bytes: perSecond * total(({ bytes }) => bytes),
    share: least / ms,
  };
}

async function coldCompilation(graph: Graph, signal: AbortSignal | undefined): Promise<number> {
  const backend = await createWebGpuBackend();
  try {
    const start = performance.now();
    await backend.compile(graph, { signal });
    return performance.now() - start;
  } finally {
    backend.dispose();
  }
}
