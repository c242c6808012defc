import type { Examples } from '../../src/methods/training/examples.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { oracle } from './oracle.ts';

/** Pictures that onnxruntime is given at once. */
const AT_ONCE = 500;

/** Grey pictures of bytes as networks take them that learned from them: [count, 1, h, w] of 0…1. */
export function inputOf({ images, shape }: Examples, from: number, count: number): Tensor {
  const bytes = images.values.subarray(from * images.size, (from + count) * images.size);
  return float32(
    [count, ...shape],
    Float32Array.from(bytes, (value) => value / 255),
  );
}

/** The share of the pictures whose class has the highest score of a file with an open batch, in onnxruntime. */
export async function oracleAccuracy(file: Uint8Array, examples: Examples): Promise<number> {
  const { count, outputs, targets } = examples;
  let right = 0;
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Math.min(AT_ONCE, count - from);
    const scores = await oracle(file, inputOf(examples, from, rows));
    for (let i = 0; i < rows; i++) {
      const row = scores.subarray(i * outputs, (i + 1) * outputs);
      right += targets.values[(from + i) * outputs + row.indexOf(Math.max(...row))]!;
    }
  }
  return right / count;
}
