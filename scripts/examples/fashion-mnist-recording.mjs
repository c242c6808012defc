// node scripts/examples/fashion-mnist-recording.mjs <folder>: makes models/fashion-mnist.checkpoints, a small network at 16 moments of
// its training, from the files of Fashion-MNIST (see fashion-mnist.mjs), with the package as it is built. Takes about half an hour.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCpuBackend } from 'unpool';
import {
  adamw,
  augmentation,
  conv,
  cosine,
  dense,
  examples,
  maxPool,
  packCheckpoints,
  relu,
  sequential,
  toOnnx,
  Trainer,
  warmUp,
} from 'unpool/training';
import { main, root } from '../setup.mjs';
import { readIdx } from './idx.mjs';

const { classes } = JSON.parse(readFileSync(join(root, 'models/fashion-mnist/description.json'), 'utf8'));
const SIDE = 28;
/** The first pictures of the training files and of the test files. */
const PICTURES = 10_000;
const SEED = 1;
const BATCH = 64;
/** Of whole batches. */
const EPOCH = Math.floor(PICTURES / BATCH);
const EPOCHS = 64;
/** Zeiler & Fergus 2014, figure 4, have the epochs 1, 2, 5, 10, 20, 30, 40 and 64. Most happens in the first. */
const STEPS = [0, 5, 20, EPOCH / 2, ...[1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, EPOCHS].map((epoch) => epoch * EPOCH)];
/** A point of the curves is the mean over so many steps. */
const POINT = EPOCH / 4;

/** Large filters first, to be looked at; max-pools, through which a deconvnet goes back. */
const LAYERS = [
  [conv(16, 7), relu(), maxPool(2)],
  [conv(24, 3), relu(), maxPool(2)],
  [conv(32, 3), relu(), maxPool(2)],
  [dense(classes.length)],
].flat();

function load(folder, set) {
  const images = readIdx(join(folder, `${set}-images-idx3-ubyte.gz`), 3).subarray(0, PICTURES * SIDE * SIDE);
  const labels = readIdx(join(folder, `${set}-labels-idx1-ubyte.gz`), 1).subarray(0, PICTURES);
  return examples({ images: Uint8Array.from(images), labels, classes: classes.length, shape: [1, SIDE, SIDE] });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** A number with so many digits as a reader can use. */
const short = (value) => Number(value.toPrecision(4));

await main(async () => {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('usage: node scripts/examples/fashion-mnist-recording.mjs <folder with *-ubyte.gz>');
  const [training, heldOut] = ['train', 't10k'].map((set) => load(folder, set));
  const backend = await createCpuBackend({ worker: false });
  const network = await sequential(LAYERS, { input: [1, SIDE, SIDE], seed: SEED });
  const trainer = await Trainer.create({
    network,
    examples: training,
    batch: BATCH,
    optimiser: adamw(warmUp(EPOCH / 2, cosine(0.003, { steps: EPOCHS * EPOCH })), { weightDecay: 0.1 }),
    augmentation: augmentation({ flip: true, shift: 2 }),
    seed: SEED,
    backend,
  });

  const checkpoints = [];
  const curves = { loss: [], accuracy: [] };
  for (const step of STEPS) {
    while (trainer.step < step) {
      const { losses, accuracies } = await trainer.steps(Math.min(step - trainer.step, POINT - (trainer.step % POINT)));
      curves.loss.push([trainer.step, short(mean(losses))]);
      curves.accuracy.push([trainer.step, short(mean(accuracies))]);
    }
    const own = await trainer.evaluate(training);
    const other = await trainer.evaluate(heldOut);
    checkpoints.push({
      onnx: toOnnx(await trainer.graph({ name: 'fashion-mnist' }), { batch: 'open' }),
      step,
      epoch: step / EPOCH,
      loss: short(own.loss),
      accuracy: own.accuracy,
      heldOutLoss: short(other.loss),
      heldOutAccuracy: other.accuracy,
    });
    const shares = [own, other].map(({ accuracy }) => `${(100 * accuracy).toFixed(2)} %`);
    console.log(`step ${step}, epoch ${(step / EPOCH).toFixed(2)}: right ${shares[0]}, held out ${shares[1]}`);
  }
  trainer.dispose();
  backend.dispose();
  const about = {
    title: 'A small network learns Fashion-MNIST',
    data: 'github.com/zalandoresearch/fashion-mnist, MIT, Copyright 2017 Zalando SE',
    labels: classes,
    // Each is named by the convolution or product that it is in the file.
    layers: { conv1: 'conv2d_0', conv2: 'conv2d_3', conv3: 'conv2d_6', dense: 'gemm_10' },
    preprocessing: { channels: 'gray', height: SIDE, width: SIDE, mean: [0], std: [255], resize: 'stretch' },
  };
  const bytes = await packCheckpoints(checkpoints, { curves, precision: 'float16', about });
  writeFileSync(join(root, 'models/fashion-mnist.checkpoints'), bytes);
  console.log(`${bytes.length.toLocaleString('en')} bytes`);
});
