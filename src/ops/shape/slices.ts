import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { attributeOrInput, axisOf, emit } from '../internal/onnx.ts';
import { sliceAlong } from '../internal/view.ts';
import { countTo } from './slice.ts';

/** Slices of one tensor, or all of them side by side. */
export const slices: Readonly<Record<string, OnnxImporter>> = { Slice: importSlice, Split: importSplit };

function importSlice(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const first = attributeOrInput(n, 'starts', 1, 10) ?? n.refuse('it has no starts');
  const last = attributeOrInput(n, 'ends', 2, 10) ?? n.refuse('it has no ends');
  const axes = (attributeOrInput(n, 'axes', 3, 10) ?? [...first.keys()]).map((axis) => axisOf(n, axis, shape.length));
  const stride = (n.opset < 10 ? undefined : n.whole(4)) ?? first.map(() => 1);
  const starts = shape.map(() => 0);
  const sizes = shape.map(() => -1);
  const steps = shape.map(() => 1);
  for (const [i, axis] of axes.entries()) {
    const size = shape[axis]!;
    const step = stride[i]!;
    if (step === 0) n.refuse('its step is 0');
    // Ends are clamped as ONNX says: going backwards, −1 is the place before the first element.
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const place = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, least), most);
    const start = Math.max(place(first[i]!), 0);
    const count = countTo(place(last[i]!), start, step);
    starts[axis] = start;
    steps[axis] = step;
    sizes[axis] = start === 0 && step === 1 && count === size ? -1 : count;
  }
  return [emit(n, 'slice', [n.input(0)], { starts, sizes, steps })];
}

function importSplit(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axis = axisOf(n, n.int('axis', 0), shape.length);
  const count = n.int('num_outputs', n.outputs.length);
  const part = Math.ceil(shape[axis]! / count);
  const even = n.outputs.map((_, i) => Math.min(part, shape[axis]! - i * part));
  const parts = attributeOrInput(n, 'split', 1, 13) ?? even;
  if (parts.reduce((sum, size) => sum + size, 0) !== shape[axis])
    n.refuse(`its parts are not the ${String(shape[axis])} of the axis`);
  let start = 0;
  return parts.map((size, i) => {
    start += size;
    if (!n.wants(i)) return '';
    return sliceAlong(n.builder, n.input(0), axis, start - size, size, { name: n.name, outputs: [n.outputs[i]!] });
  });
}
