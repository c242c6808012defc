import type * as TF from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { PeerBackend } from '../../components/cnn-bench/peers/peer.ts';
import { choose } from '../../components/cnn-bench/peers/tfjs.ts';
import { channelsLast, TfjsNetwork } from '../../components/cnn-bench/peers/tfjs-network.ts';
import type { Climb, Climber } from './climber.ts';
import { tf } from './tfjs.ts';

/** Activation maximisation in tfjs; the image stays on its device. */
export async function tfjsClimber(
  { subject: { graph, input }, target, rate, steps }: Climb,
  backend: PeerBackend,
): Promise<Climber> {
  await choose(tf, backend);
  const network = new TfjsNetwork(tf, graph, { fused: false });
  const { data, shape } = channelsLast(Float32Array.from(input.data), input.shape);
  const start = tf.tensor(data, [...shape]);
  const score = (x: TF.Tensor): TF.Scalar => tf.sum(tf.slice(network.run(x), [0, target], [1, 1]));
  const slope = tf.grad(score);
  const step = (x: TF.Tensor): TF.Tensor =>
    tf.tidy(() => {
      const gradient = slope(x);
      return tf.add(x, tf.mul(gradient, tf.div(rate, tf.norm(gradient))));
    });
  let image = tf.clone(start);
  return {
    name: `tfjs ${backend}`,
    run: async () => {
      await choose(tf, backend);
      for (let i = 0; i < steps; i++) {
        const next = step(image);
        image.dispose();
        image = next;
      }
      await image.data();
    },
    output: async () => {
      await choose(tf, backend);
      return tf.tidy(() => tf.transpose(tf.sub(step(start), start), [0, 3, 1, 2])).data();
    },
    dispose: async () => {
      await choose(tf, backend);
      network.dispose();
      tf.dispose([start, image]);
    },
  };
}
