import { ShapeError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { formatShape, sizeOf } from '../../tensor/shape.ts';

/** Appends F·Fᵀ / (c·h·w) [c, c] of activations F [1, c, h, w]. */
export function appendGram(builder: GraphBuilder, activations: string): string {
  const rows = rowsOf(builder, activations);
  const alpha = 1 / sizeOf(builder.value(rows).shape);
  return builder.add('gemm', [rows, rows], { alpha, beta: 1, transA: false, transB: true });
}

/** [1, c, …] as [c, places]. */
export function rowsOf(builder: GraphBuilder, activations: string): string {
  const { shape } = builder.value(activations);
  if (shape[0] !== 1) throw new ShapeError('this objective is for one image', { got: formatShape(shape) });
  const [, c = 1, ...place] = shape;
  return builder.add('reshape', [activations], { shape: [c, sizeOf(place)], allowZero: false });
}
