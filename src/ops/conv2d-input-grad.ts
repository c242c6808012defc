import type { AddOptions } from '../ir/builder.ts';
import { defineOp, type OnnxNode, type Op } from '../ir/op.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import {
  convFlops,
  convGeometry,
  expectConvOutput,
  forEachRow,
  sharedAttributes,
  type ConvAttributes,
} from './internal/conv.ts';
import { inputGradient } from './internal/conv-call.ts';
import { convolutions } from './internal/conv-variants.ts';
import { expectUnfused, finish, masking, needsMask, type MaskAttributes } from './internal/epilogue.ts';
import { named } from './internal/onnx.ts';
import { launchBest } from './internal/variants.ts';
import { reshapeTo } from './internal/view.ts';
import { expectShape, liftedTo2d, twoAxes, windowAttributes } from './internal/window.ts';

interface InputGradAttributes extends ConvAttributes, MaskAttributes {
  /** Shape of the convolution's input, which a stride does not let one tell from dy. Its batch is that of dy. */
  readonly inputShape: readonly number[];
}

/**
 * Input gradient of a convolution, its transpose: dy [n, group·k, p, q], w [group·k, c, r, s] → dx [n, group·c, h, w].
 * This is also how Zeiler's deconvnet filters on the way down (Zeiler & Fergus 2014, §2.1). With a rule, dx then passes
 * backwards through a ReLU or Clip whose output is the mask, of the shape of dx, as relu-grad does.
 */
export const conv2dInputGrad: Op = defineOp<InputGradAttributes>({
  type: 'conv2d-input-grad',
  infer: ({ node, attributes, inputs: [dy, w, mask] }) => {
    const shape = inputShape(attributes, dy!.shape);
    expectConvOutput(node, dy!, convGeometry(node, shape, w!.shape, attributes));
    if (needsMask(attributes)) expectShape(node, 'the mask', mask?.shape ?? [], shape);
    return [{ dtype: 'float32', shape }];
  },
  evaluate: ({ node, attributes, inputs: [, w, mask], outputs: [dx] }, [dyv, wv, zv]) => {
    const geometry = convGeometry(node, dx!.shape, w!.shape, attributes);
    const sums = new Float64Array(sizeOf(dx!.shape));
    const { stride } = geometry.windows.w;
    forEachRow(geometry, (to, tap, from, count) => {
      const weight = wv![tap]!;
      for (let i = 0; i < count; i++) sums[to + i * stride]! += weight * dyv![from + i]!;
    });
    return [finish(sums, masking(attributes, mask?.name), zv)];
  },
  launches: (context, capabilities) =>
    inputGradient(context).flatMap((call) => launchBest(convolutions, call, capabilities, context.attributes.variant)),
  backward: ({ builder, node, attributes, inputs: [, w], dy: [signal], wanted }) => {
    expectUnfused(node, attributes);
    const shared = sharedAttributes(attributes);
    return [
      wanted[0] ? builder.add('conv2d', [signal!, node.inputs[1]!], { ...shared }) : undefined,
      wanted[1]
        ? builder.add('conv2d-weight-grad', [signal!, node.inputs[0]!], { ...shared, weightShape: w!.shape })
        : undefined,
    ];
  },
  flops: ({ node, attributes, inputs: [, w], outputs: [dx] }) =>
    convFlops(convGeometry(node, dx!.shape, w!.shape, attributes)),
  onnx: { ConvTranspose: importConvTranspose },
});

function inputShape({ inputShape: [, ...rest] }: InputGradAttributes, dy: Shape): Shape {
  return [dy[0]!, ...rest];
}

/** ConvTranspose makes y from x as the input gradient of a convolution is made from dy. */
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
