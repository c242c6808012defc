import type { GraphBuilder } from '../../ir/builder.ts';
import type { Shape } from '../../tensor/shape.ts';

/**
 * Adjoint of broadcasting: sums a gradient over the axes along which a tensor of `shape` was repeated. Axes that were
 * missing are summed away, so that no size is written down and the graph still fits another batch.
 */
export function unbroadcast(builder: GraphBuilder, dy: string, shape: Shape): string {
  const from = builder.value(dy).shape;
  const missing = from.length - shape.length;
  const axes = (pick: (axis: number) => boolean): number[] => [...from.keys()].filter(pick);
  const repeated = axes((axis) => axis >= missing && shape[axis - missing] === 1 && from[axis] !== 1);
  let sum = dy;
  if (repeated.length > 0) sum = builder.add('reduce', [sum], { mode: 'sum', axes: repeated, keepdims: true });
  if (missing === 0) return sum;
  return builder.add('reduce', [sum], { mode: 'sum', axes: axes((axis) => axis < missing), keepdims: false });
}
