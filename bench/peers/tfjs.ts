import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import type { PeerBackend } from '../../components/cnn-bench/peers/peer.ts';
import { tfjsPeer } from '../../components/cnn-bench/peers/tfjs.ts';
import type { Peer, PeerOptions, Subject } from './peer.ts';

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
// Like onnxruntime-web here.
setThreadsCount(1);

export { tf };

/** tfjs on one of two backends. */
export async function tfjs(subject: Subject, backend: PeerBackend, options: PeerOptions): Promise<Peer> {
  return { name: `tfjs ${backend}`, ...(await tfjsPeer(tf, subject, backend, options)) };
}
