import { defineOp, type OnnxNode, type Op } from '../ir/op.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { shapeError } from './internal/check.ts';
import { allConstant, axisOf, emit, named } from './internal/onnx.ts';
import { reshapeTo, sliceAlong, squeeze } from './internal/view.ts';
import { sameKind } from './reference/walk.ts';

interface GatherAttributes {
  readonly axis: number;
}

/** (x, indices) → x's entries at these indices along an axis. On constants only; data is sliced instead. */
export const gather: Op = defineOp<GatherAttributes>({
  type: 'gather',
  anyNumbers: true,
  infer: ({ node, attributes: { axis }, inputs: [x, indices] }) => {
    const { shape, dtype } = x!;
    if (axis >= shape.length) {
      throw shapeError(
        node,
        'there is no such axis',
        `less than ${String(shape.length)}`,
        `${String(axis)} in ${formatShape(shape)}`,
      );
    }
    return [{ dtype, shape: [...shape.slice(0, axis), ...indices!.shape, ...shape.slice(axis + 1)] }];
  },
  evaluate: ({ node, attributes: { axis }, inputs: [x] }, [xv, indices]) => {
    const size = x!.shape[axis]!;
    const inner = sizeOf(x!.shape.slice(axis + 1));
    const outer = sizeOf(x!.shape.slice(0, axis));
    const result = sameKind(xv!, outer * indices!.length * inner);
    let to = 0;
    for (let o = 0; o < outer; o++) {
      for (const index of indices!) {
        const at = index < 0 ? index + size : index;
        if (!(at >= 0 && at < size)) {
          throw shapeError(node, 'an index is out of range', `−${String(size)} to ${String(size - 1)}`, String(index));
        }
        const from = (o * size + at) * inner;
        result.set(xv!.subarray(from, from + inner), to);
        to += inner;
      }
    }
    return [result];
  },
  onnx: { Gather: importGather },
});

function importGather(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axis = axisOf(n, n.int('axis', 0), shape.length);
  n.input(1);
  if (allConstant(n)) return [emit(n, 'gather', [n.input(0), n.input(1)], { axis })];
  const size = shape[axis]!;
  const indices = n.whole(1)!.map((index) => (index < 0 ? index + size : index));
  if (indices.length === 0) n.refuse('it takes nothing');
  const outside = indices.find((at) => !(at >= 0 && at < size));
  if (outside !== undefined)
    n.refuse(`index ${String(outside)} is not in axis ${String(axis)} of ${formatShape(shape)}`);
  const at = n.value(1).shape;
  const parts = indices.map((index) => sliceAlong(n.builder, n.input(0), axis, index, 1, { name: n.name }));
  const all = parts.length === 1 ? parts[0]! : n.builder.add('concat', parts, { axis }, { name: n.name });
  if (at.length === 0) return [squeeze(n.builder, all, [axis], named(n))];
  return [reshapeTo(n.builder, all, [...shape.slice(0, axis), ...at, ...shape.slice(axis + 1)], named(n))];
}
