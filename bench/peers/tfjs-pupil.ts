import type * as TF from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { PeerBackend } from '../../components/cnn-bench/peers/peer.ts';
import { choose } from '../../components/cnn-bench/peers/tfjs.ts';
import { channelsLast } from '../../components/cnn-bench/peers/tfjs-network.ts';
import { change, CLASSES, FILTERS, KERNEL, SIDE, type Lesson, type Pupil } from './pupil.ts';
import { tf } from './tfjs.ts';

const POOLED = SIDE / 4;

/** Training in tfjs with its own optimiser; mini-batches are on its device from the start. */
export async function tfjsPupil(
  { batches, rate, momentum, first, steps }: Lesson,
  backend: PeerBackend,
): Promise<Pupil> {
  await choose(tf, backend);
  const data = batches.map(({ pictures, labels }) => ({
    x: tf.tensor4d(pictures, [labels.length, SIDE, SIDE, 1]),
    y: tf.oneHot(tf.tensor1d([...labels], 'int32'), CLASSES),
  }));
  const begin = (): State => {
    const filters = (values: Float32Array, c: number, n: number): TF.Tensor =>
      tf.transpose(tf.tensor4d(values, [n, c, KERNEL, KERNEL]), [2, 3, 1, 0]);
    const dense = channelsLast(first.dense, [CLASSES, FILTERS[1], POOLED, POOLED]).data;
    const [conv1, conv2, rows] = tf.tidy(() => [
      filters(first.conv1, 1, FILTERS[0]),
      filters(first.conv2, FILTERS[0], FILTERS[1]),
      tf.tensor2d(dense, [CLASSES, dense.length / CLASSES]),
    ]);
    const weights = [conv1, conv2, rows].flatMap((values, i) => {
      const biases = tf.zeros([[...FILTERS, CLASSES][i]!]);
      return [values, biases].map((from) => tf.variable(from));
    });
    return { weights, optimiser: tf.train.momentum(rate, momentum) };
  };
  const convolve = backend === 'wasm' ? convolvedOnWasm : convolved;
  const step = ({ weights, optimiser }: State, i: number): TF.Scalar => {
    const { x, y } = data[i % data.length]!;
    const loss = (): TF.Scalar => tf.losses.softmaxCrossEntropy(y, scores(x, weights, convolve));
    return optimiser.minimize(loss, true, weights)!;
  };
  const state = begin();
  return {
    name: `tfjs ${backend}`,
    run: async () => {
      await choose(tf, backend);
      for (let i = 0; i < steps; i++) {
        const loss = step(state, i);
        if (i === steps - 1) await loss.data();
        loss.dispose();
      }
    },
    output: async () => {
      await choose(tf, backend);
      const fresh = begin();
      step(fresh, 0).dispose();
      const filters = await tf.tidy(() => tf.transpose(fresh.weights[0]!, [3, 2, 0, 1])).data();
      return change(filters, first.conv1);
    },
    dispose: async () => {
      await choose(tf, backend);
      tf.dispose([...data.flatMap(({ x, y }) => [x, y]), ...state.weights]);
      state.optimiser.dispose();
    },
  };
}

interface State {
  readonly weights: TF.Variable[];
  readonly optimiser: TF.MomentumOptimizer;
}

type Convolve = (x: TF.Tensor4D, filters: TF.Tensor4D) => TF.Tensor4D;

const convolved: Convolve = (x, filters) => tf.conv2d(x, filters, 1, 'same');

/**
 * tfjs has no gradient of filters on wasm. It is a convolution too: of pictures with signals, where pictures of a batch are the
 * channels.
 */
const convolvedOnWasm: Convolve = tf.customGrad<TF.Tensor4D>((...given) => {
  const [x, filters, save] = given as [TF.Tensor4D, TF.Tensor4D, (tensors: TF.Tensor[]) => void];
  save([x, filters]);
  const gradFunc = (dy: TF.Tensor, [input, weights]: TF.Tensor[]): TF.Tensor[] => {
    const [images, signals] = [tf.transpose(input!, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])];
    const slopes = tf.conv2d(images as TF.Tensor4D, signals as TF.Tensor4D, 1, (KERNEL - 1) / 2);
    // Nothing is behind the pictures themselves, which have one channel.
    const { shape } = input as TF.Tensor4D;
    const back =
      shape[3] === 1
        ? tf.zeros(shape)
        : tf.conv2dTranspose(dy as TF.Tensor4D, weights as TF.Tensor4D, shape, 1, 'same');
    return [back, tf.transpose(slopes, [1, 2, 0, 3])];
  };
  return { value: convolved(x, filters), gradFunc };
});

function scores(
  x: TF.Tensor4D,
  [conv1, bias1, conv2, bias2, dense, bias]: readonly TF.Variable[],
  convolve: Convolve,
): TF.Tensor {
  const pooled = (y: TF.Tensor4D, filters: TF.Variable, biases: TF.Variable): TF.Tensor4D =>
    tf.maxPool(tf.relu<TF.Tensor4D>(tf.add(convolve(y, filters as TF.Tensor4D), biases)), 2, 2, 'valid');
  const maps = pooled(pooled(x, conv1!, bias1!), conv2!, bias2!);
  const rows = tf.reshape(maps, [x.shape[0], -1]);
  return tf.add(tf.matMul(rows, dense as TF.Tensor, false, true), bias!);
}
