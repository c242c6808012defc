import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import { formatShape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { allConstant, axisOf, emit, named } from '../internal/onnx.ts';
import { reshapeTo, squeeze } from '../internal/view.ts';

export interface GatherAttributes {
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
  const only = (value: number, rest: number): number[] => shape.map((_, i) => (i === axis ? value : rest));
  const parts = runsOf(indices).map(({ start, step, count }) => {
    const box = { starts: only(start, 0), sizes: only(count, -1), steps: only(step, 1) };
    return n.builder.add('slice', [n.input(0)], box, { name: n.name });
  });
  const all = parts.length === 1 ? parts[0]! : n.builder.add('concat', parts, { axis }, { name: n.name });
  if (at.length === 0) return [squeeze(n.builder, all, [axis], named(n))];
  return [reshapeTo(n.builder, all, [...shape.slice(0, axis), ...at, ...shape.slice(axis + 1)], named(n))];
}

/** As few slices as give these indices one after the other. */
function runsOf(indices: readonly number[]): readonly { start: number; step: number; count: number }[] {
  const runs: { start: number; step: number; count: number }[] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    const step = run ? index - run.start - (run.count - 1) * run.step : 0;
    if (run && step !== 0 && (run.count === 1 || step === run.step)) {
      run.step = step;
      run.count++;
    } else runs.push({ start: index, step: 1, count: 1 });
  }
  return runs;
}
