import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { ONNX_TYPES, type Exporters, type OnnxTarget } from '../exporter.ts';
import { asWhole, upTo } from '../internal/whole.export.ts';
import type { TakeRowsAttributes } from './take-rows.ts';

/** Rows by their numbers; bytes are taken out of the numbers that they lie in. */
function takeRows(
  { attributes: { count, shape, packed }, inputs: [x, step, order], outputs: [y] }: NodeContext<TakeRowsAttributes>,
  to: OnnxTarget,
): void {
  const places = order ? order.shape[0]! : x!.shape[0]!;
  const start = to.add('Mul', [asWhole(to, step!.name), to.whole([count], [])]);
  const turn = to.add('Mod', [to.add('Add', [start, upTo(to, count)]), to.whole([places], [])]);
  const rows = order ? to.add('Gather', [asWhole(to, order.name), turn]) : turn;
  let taken = to.add('Gather', [x!.name, rows]);
  if (packed) {
    const single = to.add('Reshape', [taken, to.whole([count, -1, 1])]);
    const bytes = to.add('Mod', [
      to.add('Div', [single, to.whole([1, 2 ** 8, 2 ** 16, 2 ** 24])]),
      to.whole([256], []),
    ]);
    const flat = to.add('Reshape', [bytes, to.whole([count, -1])]);
    const cut = to.add('Slice', [flat, to.whole([0]), to.whole([sizeOf(shape)]), to.whole([1])]);
    taken = to.add('Cast', [cut], { to: ONNX_TYPES.float32 });
  }
  to.node('Reshape', [taken, to.whole(y!.shape)], [y!.name]);
}

export const exporters: Exporters = { 'take-rows': takeRows };
