import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { allConstant, axisOf, emit } from '../internal/onnx.ts';
import { alongAxis } from '../internal/view.ts';

const REMEDY = 'use the network as it was before, or one of which only the weights are quantised';

/** Weights that are stored as integers become floats when a file is read; there is no arithmetic of integers. */
export const quantised: Readonly<Record<string, OnnxImporter>> = {
  DequantizeLinear: importDequantise,
  QuantizeLinear: (n) => n.refuse(`it rounds to integers; ${REMEDY}`),
  DynamicQuantizeLinear: (n) => n.refuse(`it rounds to integers; ${REMEDY}`),
  ...Object.fromEntries(
    ['ConvInteger', 'MatMulInteger', 'QLinearConv', 'QLinearMatMul'].map((operator) => [
      operator,
      (n: OnnxNode) => n.refuse(`arithmetic of integers; ${REMEDY}`),
    ]),
  ),
};

/** y = (x − zero point) · scale, both one for all or one for each place along an axis. */
function importDequantise(n: OnnxNode): readonly string[] {
  if (n.int('block_size', 0) !== 0) n.refuse('a scale for each block (block_size)');
  if (!allConstant(n)) n.refuse(`it runs on constants only; ${REMEDY}`);
  const { builder, name } = n;
  const { shape } = n.value(0);
  /** A list for an axis is spread over the axes behind it. */
  const spread = (tensor: string): string => {
    const { shape: own } = builder.value(tensor);
    if (own.length === 0 || (own.length === 1 && own[0] === 1)) return tensor;
    const axis = axisOf(n, n.int('axis', 1), shape.length);
    if (own.length !== 1 || own[0] !== shape[axis]) {
      n.refuse(`scales [${own.join(', ')}] do not fit axis ${String(axis)} of [${shape.join(', ')}]`);
    }
    return alongAxis(builder, tensor, axis, shape.length);
  };
  const float = (index: number): string => builder.add('cast', [n.input(index)], { to: 'float32' }, { name });
  const steps = n.given(2) ? builder.add('sub', [float(0), spread(float(2))], {}, { name }) : float(0);
  return [emit(n, 'mul', [steps, spread(float(1))])];
}
