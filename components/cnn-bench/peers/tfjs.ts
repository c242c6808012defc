import type * as TF from '@tensorflow/tfjs-core';
import type { LoadedPeer, PeerBackend, PeerSettings, PeerSubject } from './peer.ts';
import { channelsLast, TfjsNetwork, type Tf } from './tfjs-network.ts';

/** tfjs reads no ONNX: it gets the same network, made of its own operations. */
export async function tfjsPeer(
  tf: Tf,
  { graph, input }: Pick<PeerSubject, 'graph' | 'input'>,
  backend: PeerBackend,
  { resident }: PeerSettings,
): Promise<LoadedPeer> {
  await choose(tf, backend);
  const network = new TfjsNetwork(tf, graph);
  const numbers = Float32Array.from(input.data);
  const { data, shape } =
    input.shape.length === 4 ? channelsLast(numbers, input.shape) : { data: numbers, shape: input.shape };
  const given = (): TF.Tensor => tf.tensor(data, [...shape]);
  const stays = resident ? given() : undefined;
  const execute = async (): Promise<TF.Tensor> => {
    await tf.setBackend(backend);
    return tf.tidy(() => network.run(stays ?? given()));
  };
  return {
    run: async () => {
      const y = await execute();
      await (resident ? finished(tf, y) : y.data());
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

/** Makes it tfjs's backend, from now on. */
export async function choose(tf: Tf, backend: PeerBackend): Promise<void> {
  await tf.setBackend(backend);
  await tf.ready();
}

/** tfjs collects commands and has no call that only waits for them: one number is read. */
async function finished(tf: Tf, y: TF.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(y, [-1]), 0, 1));
  await first.data();
  first.dispose();
}
