import type { Op } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import { binaryOp, type BinaryGradient } from './binary.ts';
import { shapeError } from '../internal/check.ts';
import { emit } from '../internal/onnx.ts';
import { unsqueeze } from '../internal/view.ts';

const plain = binaryOp({
  type: 'prelu',
  traits: { pointwise: 'function', activation: 'smooth' },
  gradients: [
    (context) => {
      const open = openPart(context);
      return context.builder.add('add', [open, context.builder.add('mul', [closedPart(context, open), context.b])]);
    },
    (context) => context.builder.add('mul', [closedPart(context, openPart(context)), context.a]),
  ],
  onnx: {
    PRelu: (n) => {
      const [x, slope] = [n.value(0).shape, n.value(1).shape];
      // Before opset 7 a list of slopes was one for each channel; from then on it broadcasts as everywhere else.
      const listed = n.opset < 7 && slope.length === 1 && x.length > 2;
      const channels = [...x.keys()].slice(2).map((axis) => axis - 1);
      return [emit(n, 'prelu', [n.input(0), listed ? unsqueeze(n.builder, n.input(1), channels) : n.input(1)])];
    },
  },
});

/** y = x for x > 0, slope · x otherwise; the slope broadcasts to x (He et al. 2015, "Delving deep into rectifiers", eq. 1). */
export const prelu: Op = {
  ...plain,
  infer: (context) => {
    const { node, inputs } = context;
    const [x, slope] = inputs;
    const [y] = plain.infer(context) as [ReturnType<typeof plain.infer>[0]];
    if (!sameShape(y.shape, x!.shape)) {
      const expected = `one that broadcasts to ${formatShape(x!.shape)}`;
      throw shapeError(node, 'the slope is larger than x', expected, formatShape(slope!.shape));
    }
    return [y];
  },
};

/** dy where x > 0. */
function openPart({ builder, dy, a }: BinaryGradient): string {
  return builder.add('relu-grad', [a, dy], { rule: 'gradient', low: 0, high: Infinity });
}

/** dy elsewhere. */
function closedPart({ builder, dy }: BinaryGradient, open: string): string {
  return builder.add('sub', [dy, open]);
}
