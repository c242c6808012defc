import { ShapeError } from '../../errors.ts';
import type { Node, Value } from '../../ir/graph.ts';
import { formatShape } from '../../tensor/shape.ts';

/** A shape error that names the op and its node. */
export function shapeError(node: Node, what: string, expected: string, got: string): ShapeError {
  return new ShapeError(what, { where: `${node.op} "${node.name}"`, expected, got });
}

/** Throws unless the tensor has `rank` axes. */
export function expectRank(node: Node, role: string, value: Value, rank: number): void {
  if (value.shape.length !== rank) {
    throw shapeError(node, `${role} has the wrong rank`, `${String(rank)} axes`, formatShape(value.shape));
  }
}

/** Throws unless axis `axis` of the tensor has `size` elements. */
export function expectAxis(node: Node, role: string, value: Value, axis: number, size: number): void {
  if (value.shape[axis] !== size) {
    throw shapeError(node, `axis ${String(axis)} of ${role} does not fit`, String(size), formatShape(value.shape));
  }
}
