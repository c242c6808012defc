import type { AddOptions } from '../../ir/builder.ts';
import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import type { InputGradAttributes } from './conv2d-input-grad.ts';
import { named } from '../internal/onnx.ts';
import { reshapeTo } from '../internal/view.ts';
import { liftedTo2d, twoAxes, windowAttributes } from '../internal/window.ts';

/** ConvTranspose makes y from x as the input gradient of a convolution is made from dy. */
export const convTranspose: Readonly<Record<string, OnnxImporter>> = { ConvTranspose: importConvTranspose };

function importConvTranspose(n: OnnxNode): readonly string[] {
  const attributes = { ...transposeAttributes(n), group: n.int('group', 1) };
  const compute = (x: string, w: string, options: AddOptions): string => {
    if (!n.given(2)) return n.builder.add('conv2d-input-grad', [x, w], attributes, options);
    const y = n.builder.add('conv2d-input-grad', [x, w], attributes, { name: n.name });
    const bias = reshapeTo(n.builder, n.input(2), [1, attributes.inputShape[1]!, 1, 1]);
    return n.builder.add('add', [y, bias], {}, options);
  };
  if (n.value(0).shape.length === 4) return [compute(n.input(0), n.input(1), named(n))];
  return liftedTo2d(n, [0, 1], ([x, w]) => compute(x!, w!, { name: n.name }));
}

/**
 * The size of the result is not that of a formula alone: `output_padding` adds to it; `output_shape` or `auto_pad` say what
 * it is, and the pads follow from it.
 */
function transposeAttributes(n: OnnxNode): Omit<InputGradAttributes, 'group'> {
  const [x, w] = [n.value(0).shape, n.value(1).shape];
  const rank = w.length - 2;
  const { autoPad, pads: given, ...windows } = windowAttributes(n, rank);
  const ofAxes = (list: readonly number[], first: number): readonly number[] => twoAxes(list.slice(-rank), first);
  const [sizes, kernel, more] = [ofAxes(x, 1), ofAxes(w, 1), ofAxes(n.ints('output_padding', [0, 0]), 0)];
  const wanted = n.ints('output_shape');
  const [h, v] = [0, 1].map((axis) => {
    const [size, stride] = [sizes[axis]!, windows.strides[axis]!];
    const extent = (kernel[axis]! - 1) * windows.dilations[axis]! + 1;
    const full = (size - 1) * stride + extent + more[axis]!;
    if (!wanted && !autoPad.startsWith('SAME')) {
      const [before, after] = autoPad === 'VALID' ? [0, 0] : [given[axis]!, given[axis + 2]!];
      return { size: full - before - after, before, after };
    }
    const out = wanted ? ofAxes(wanted, 1)[axis]! : size * stride;
    const total = Math.max(full - out, 0);
    const before = autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    return { size: out, before, after: total - before };
  }) as [Padded, Padded];
  const pads = [h.before, v.before, h.after, v.after];
  const channels = w[1]! * n.int('group', 1);
  return { ...windows, pads, autoPad: 'NOTSET', inputShape: [x[0]!, channels, h.size, v.size] };
}

/** One axis of an image and its padding. */
interface Padded {
  readonly size: number;
  readonly before: number;
  readonly after: number;
}
