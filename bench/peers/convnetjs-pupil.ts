import convnetjs from 'convnetjs';
import { channelsLast } from '../../components/cnn-bench/peers/tfjs-network.ts';
import { change, CLASSES, FILTERS, KERNEL, SIDE, type Lesson, type Pupil } from './pupil.ts';

/** Training in ConvNetJS: plain JavaScript in float64, one picture after the other. */
export function convnetjsPupil({ batches, rate, momentum, first, steps }: Lesson): Pupil {
  const data = batches.map(({ pictures, labels }) =>
    Array.from(labels, (label, i) => {
      const picture = new convnetjs.Vol(SIDE, SIDE, 1, 0);
      picture.w.set(pictures.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      return { picture, label };
    }),
  );
  const options = { method: 'sgd', learning_rate: rate, momentum, batch_size: batches[0]!.labels.length, l2_decay: 0 };
  const begin = (): { net: convnetjs.Net; trainer: convnetjs.Trainer } => {
    const net = netOf(first);
    return { net, trainer: new convnetjs.Trainer(net, options) };
  };
  const step = (trainer: convnetjs.Trainer, i: number): void => {
    for (const { picture, label } of data[i % data.length]!) trainer.train(picture, label);
  };
  const { trainer } = begin();
  return {
    name: 'ConvNetJS',
    run: () => {
      for (let i = 0; i < steps; i++) step(trainer, i);
      return Promise.resolve();
    },
    output: () => {
      const fresh = begin();
      step(fresh.trainer, 0);
      const filters = withWeights(fresh.net)[0]!.flatMap(({ w }) => [...w]);
      return Promise.resolve(change(filters, first.conv1));
    },
  };
}

function netOf({ conv1, conv2, dense }: Lesson['first']): convnetjs.Net {
  const net = new convnetjs.Net();
  const convolution = (filters: number): convnetjs.Definition[] => [
    { type: 'conv', sx: KERNEL, filters, stride: 1, pad: (KERNEL - 1) / 2, activation: 'relu', bias_pref: 0 },
    { type: 'pool', sx: 2, stride: 2 },
  ];
  net.makeLayers([
    { type: 'input', out_sx: SIDE, out_sy: SIDE, out_depth: 1 },
    ...FILTERS.flatMap(convolution),
    { type: 'softmax', num_classes: CLASSES },
  ]);
  const values = [
    conv1,
    channelsLast(conv2, [FILTERS[1], FILTERS[0], KERNEL, KERNEL]).data,
    channelsLast(dense, [CLASSES, FILTERS[1], SIDE / 4, SIDE / 4]).data,
  ];
  for (const [i, filters] of withWeights(net).entries()) {
    for (const [k, { w }] of filters.entries()) w.set(values[i]!.subarray(k * w.length, (k + 1) * w.length));
  }
  return net;
}

/** The filters of each layer that has any. */
function withWeights({ layers }: convnetjs.Net): convnetjs.Vol[][] {
  return layers.flatMap(({ filters }) => (filters ? [filters] : []));
}
