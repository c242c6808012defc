import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import { channelsLast, TfjsNetwork } from '../../components/cnn-bench/tfjs-network.ts';
import type { Peer, PeerOptions, Subject } from './peer.ts';

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
// Like onnxruntime-web here.
setThreadsCount(1);

/** Makes it tfjs's backend, from now on. */
export async function choose(backend: 'webgpu' | 'wasm'): Promise<void> {
  await tf.setBackend(backend);
  await tf.ready();
}

/** The same network built from tfjs operations. */
export async function tfjs(
  { graph, input }: Subject,
  backend: 'webgpu' | 'wasm',
  { resident }: PeerOptions,
): Promise<Peer> {
  await choose(backend);
  const network = new TfjsNetwork(tf, graph);
  const image = input.shape.length === 4 ? channelsLast(Float32Array.from(input.data), input.shape) : input;
  const shape = [...image.shape];
  const stays = resident ? tf.tensor(Float32Array.from(image.data), shape) : undefined;
  const execute = async (): Promise<tf.Tensor> => {
    await tf.setBackend(backend);
    return tf.tidy(() => network.run(stays ?? tf.tensor(Float32Array.from(image.data), shape)));
  };
  return {
    name: `tfjs ${backend}`,
    run: async () => {
      const y = await execute();
      if (resident) await finished(y);
      else await y.data();
      y.dispose();
    },
    output: async () => {
      const y = await execute();
      return (y.rank === 4 ? tf.transpose(y, [0, 3, 1, 2]) : y).data();
    },
    dispose: async () => {
      await tf.setBackend(backend);
      network.dispose();
      stays?.dispose();
    },
  };
}

/** tfjs collects commands and has no call that only waits for them: one number is read. */
async function finished(y: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(y, [-1]), 0, 1));
  await first.data();
  first.dispose();
}
