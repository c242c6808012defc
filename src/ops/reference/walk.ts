import type { Shape } from '../../tensor/shape.ts';

/** The flat indices that a walk visits in order. */
export function walkIndices(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  let indices = Int32Array.of(offset);
  for (const [axis, n] of shape.entries()) {
    const next = new Int32Array(indices.length * n);
    for (const [i, base] of indices.entries()) for (let k = 0; k < n; k++) next[i * n + k] = base + k * strides[axis]!;
    indices = next;
  }
  return indices;
}
