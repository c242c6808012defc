import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import type { ReduceAttributes } from './reduce.ts';

const OPERATORS = { sum: 'ReduceSum', mean: 'ReduceMean', max: 'ReduceMax', min: 'ReduceMin' } as const;

function reduce(
  { attributes: { mode, axes, keepdims }, inputs: [x], outputs }: NodeContext<ReduceAttributes>,
  to: OnnxTarget,
): void {
  // To ONNX no axes are all of them.
  if (axes.length === 0) to.node('Identity', [x!.name], namesOf(outputs));
  else to.node(OPERATORS[mode], [x!.name, to.whole(axes)], namesOf(outputs), { keepdims: Number(keepdims) });
}

export const exporters: Exporters = { reduce };
