import * as ortWasm from 'onnxruntime-web/wasm';
import * as ortWebGpu from 'onnxruntime-web/webgpu';
import { ortPeer } from '../../components/cnn-bench/peers/ort.ts';
import type { PeerBackend } from '../../components/cnn-bench/peers/peer.ts';
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
