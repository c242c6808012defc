import type { Backend } from '../../src/engine/backend.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { Peer, PeerOptions } from './peer.ts';

export interface Own extends Peer {
  /** Time of one run on the GPU's own clock; undefined where it has none. */
  gpuMs(): Promise<number | undefined>;
  /** What takes most of a run: milliseconds of each node, most first. */
  slowest(): Promise<readonly { readonly node: string; readonly ms: number }[]>;
}

/** Of which the least time of each node counts: the clock on the wall sees what else the machine does. */
const PROFILES = 3;

export interface OwnOptions extends PeerOptions {
  readonly name?: string;
  /** The output that is compared; the first by default. */
  readonly output?: string;
}

/** This library on a backend. */
export async function unpool(
  backend: Backend,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  { resident, cold = false, name = `Unpool ${backend.adapter.backend}`, output = graph.outputs[0]! }: OwnOptions,
): Promise<Own> {
  const executable = await backend.compile(graph);
  if (!cold) await executable.tierUp();
  return {
    name,
    run: () => executable.run(feeds, resident ? { read: [] } : {}),
    output: async () => (await executable.run(feeds, { read: [output] }))[output]!.data,
    gpuMs: async () => {
      const { device } = backend as Backend & { readonly device?: GPUDevice };
      if (!device?.features.has('timestamp-query')) return undefined;
      return (await executable.profile!(feeds)).reduce((sum, { ms }) => sum + ms, 0);
    },
    slowest: async () => {
      const least = new Map<string, number>();
      for (let i = 0; i < PROFILES; i++) {
        const ms = new Map<string, number>();
        for (const time of await executable.profile!(feeds)) ms.set(time.node, (ms.get(time.node) ?? 0) + time.ms);
        for (const [node, each] of ms) least.set(node, Math.min(each, least.get(node) ?? Infinity));
      }
      return [...least].map(([node, ms]) => ({ node, ms })).sort((a, b) => b.ms - a.ms);
    },
    dispose: () => {
      executable.dispose();
    },
  };
}
