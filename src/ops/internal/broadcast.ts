import type { GraphBuilder } from '../../ir/builder.ts';
import type { Node, Value } from '../../ir/graph.ts';
import { broadcastShapes, formatShape, type Shape } from '../../tensor/shape.ts';
import { shapeError } from './check.ts';
import { expectFewAxes } from './strided.ts';

/** The shape that the operands of a node broadcast to. */
export function broadcast(node: Node, a: Value, b: Value): Shape {
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape) {
    const expected = `the sizes of each axis equal or 1`;
    throw shapeError(
      node,
      'the operands do not broadcast',
      expected,
      `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  expectFewAxes(node, shape);
  return shape;
}

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
