import type { WebGpuBackend } from '../../src/engine/webgpu.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { Peer, PeerOptions } from './peer.ts';

export interface Own extends Peer {
  /** Time of one run on the GPU's own clock; undefined where it has none. */
  gpuMs(): Promise<number | undefined>;
}

/** This library on WebGPU; the first output is the one that counts. */
export async function unpool(
  backend: WebGpuBackend,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  { resident, cold = false }: PeerOptions,
  name = 'Unpool webgpu',
): Promise<Own> {
  const executable = await backend.compile(graph);
  if (!cold) await executable.tierUp();
  const [first] = graph.outputs;
  return {
    name,
    run: () => executable.run(feeds, resident ? { read: [] } : {}),
    output: async () => (await executable.run(feeds, { read: [first!] }))[first!]!.data,
    gpuMs: async () => {
      if (!backend.device.features.has('timestamp-query')) return undefined;
      return (await executable.profile(feeds)).reduce((sum, { ms }) => sum + ms, 0);
    },
    dispose: () => {
      executable.dispose();
    },
  };
}
