import * as ortWasm from 'onnxruntime-web/wasm';
import * as ortWebGpu from 'onnxruntime-web/webgpu';
import { ortPeer } from '../../components/cnn-bench/peers/ort.ts';
import type { PeerBackend } from '../../components/cnn-bench/peers/peer.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import type { OnnxModel } from '../onnx-of.ts';
import type { Peer, PeerOptions, Subject } from './peer.ts';

for (const { env } of [ortWasm, ortWebGpu]) {
  env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
  // Its other threads wait in a loop, which would count as CPU time of whoever runs next.
  env.wasm.numThreads = 1;
}

export { ortWebGpu };

/** onnxruntime-web on one of its two backends. */
export async function ort(subject: Subject, backend: PeerBackend, options: PeerOptions): Promise<Peer> {
  const library = backend === 'webgpu' ? ortWebGpu : ortWasm;
  return { name: `onnxruntime-web ${backend}`, ...(await ortPeer(library, subject, backend, options)) };
}

export interface OrtGraphOptions {
  /** The output that is compared. */
  readonly output: string;
  /** Leaves the graph as it is: equal nodes are one otherwise. On by default. */
  readonly optimised?: boolean;
}

/** onnxruntime-web on wasm with a graph of ours, of any number of inputs and outputs; all outputs come back. */
export async function ortGraph(
  { bytes, externalData }: OnnxModel,
  feeds: Readonly<Record<string, Tensor>>,
  { output, optimised = true }: OrtGraphOptions,
): Promise<Peer> {
  const session = await ortWasm.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    externalData,
    graphOptimizationLevel: optimised ? 'all' : 'disabled',
  });
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => [
      name,
      new ortWasm.Tensor('float32', Float32Array.from(data), shape),
    ]),
  );
  return {
    name: 'onnxruntime-web wasm',
    run: () => session.run(tensors),
    output: async () => (await session.run(tensors))[output]!.data as Float32Array,
    dispose: () => session.release(),
  };
}
