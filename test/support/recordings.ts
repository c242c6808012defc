import type { Backend } from '../../src/engine/backend.ts';
import { examples, type Examples } from '../../src/methods/training/examples.ts';
import { conv, dense, maxPool, relu } from '../../src/methods/training/layers.ts';
import { adam } from '../../src/methods/training/optimisers.ts';
import { sequential } from '../../src/methods/training/sequential.ts';
import { Trainer } from '../../src/methods/training/trainer.ts';
import type { Checkpoint } from '../../src/onnx/checkpoints.ts';
import { toOnnx } from '../../src/onnx/export.ts';
import { Random } from './random.ts';

export const STRIPES: readonly string[] = ['upright', 'lying', 'slanting'];
const SIDE = 12;
/** As a recording of stripes says it of itself. */
export const ABOUT_STRIPES: Readonly<Record<'labels' | 'preprocessing', unknown>> = {
  labels: STRIPES,
  preprocessing: { height: SIDE, width: SIDE, channels: 'gray', mean: [0], std: [255], resize: 'stretch' },
};

/** Stripes of three directions at places by chance, with noise: bytes [count, 1, 12, 12]. */
export function stripes(count: number, seed: number): Examples {
  const random = new Random(seed);
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = Array.from({ length: count }, (_, i) => {
    const label = i % 3;
    const phase = 2 * Math.PI * random.next();
    for (let at = 0; at < SIDE * SIDE; at++) {
      const [y, x] = [Math.floor(at / SIDE), at % SIDE];
      const along = [x, y, (x + y) / Math.SQRT2][label]!;
      images[i * SIDE * SIDE + at] = 128 + 70 * Math.sin(1.3 * along + phase) + 50 * (random.next() - 0.5);
    }
    return label;
  });
  return examples({ images, labels, classes: 3, shape: [1, SIDE, SIDE] });
}

/** A small network as it was while it learned stripes. */
export async function recordStripes(
  backend: Backend,
  steps: readonly number[] = [0, 4, 16, 60],
): Promise<Checkpoint[]> {
  const network = await sequential([conv(6, 5, { padding: 2 }), relu(), maxPool(2), conv(8, 3), relu(), dense(3)], {
    input: [1, SIDE, SIDE],
    seed: 3,
  });
  const trainer = await Trainer.create({
    network,
    examples: stripes(240, 1),
    optimiser: adam(0.01),
    batch: 24,
    backend,
  });
  const heldOut = stripes(90, 2);
  try {
    const checkpoints: Checkpoint[] = [];
    for (const step of steps) {
      const done = checkpoints.at(-1)?.step ?? 0;
      if (step > done) await trainer.steps(step - done);
      const { loss: heldOutLoss, accuracy: heldOutAccuracy } = await trainer.evaluate(heldOut);
      checkpoints.push({ onnx: toOnnx(await trainer.graph()), step, epoch: step / 10, heldOutLoss, heldOutAccuracy });
    }
    return checkpoints;
  } finally {
    trainer.dispose();
  }
}
