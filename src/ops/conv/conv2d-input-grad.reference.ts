import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { InputGradAttributes } from './conv2d-input-grad.ts';
import { convGeometry } from './geometry.ts';
import { masking } from '../internal/epilogue.ts';
import { applyEpilogue } from '../internal/epilogue.reference.ts';
import { forEachRow } from './rows.reference.ts';

export const conv2dInputGrad: Reference<InputGradAttributes> = (
  { node, attributes, inputs: [, w, mask], outputs: [dx] },
  [dyv, wv, operand],
) => {
  const geometry = convGeometry(node, dx!.shape, w!.shape, attributes);
  const sums = new Float64Array(sizeOf(dx!.shape));
  const { stride } = geometry.windows.w;
  forEachRow(geometry, (to, tap, from, count) => {
    const weight = wv![tap]!;
    for (let i = 0; i < count; i++) sums[to + i * stride]! += weight * dyv![from + i]!;
  });
  return [applyEpilogue(sums, masking(attributes, mask?.name), operand)];
};
