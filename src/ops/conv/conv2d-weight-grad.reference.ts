import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { WeightGradAttributes } from './conv2d-weight-grad.ts';
import { convGeometry } from './geometry.ts';
import { forEachRow } from './rows.reference.ts';

export const conv2dWeightGrad: Reference<WeightGradAttributes> = ({ node, attributes, inputs: [x] }, [xv, dyv]) => {
  const geometry = convGeometry(node, x!.shape, attributes.weightShape, attributes);
  const sums = new Float64Array(sizeOf(attributes.weightShape));
  const { stride } = geometry.windows.w;
  forEachRow(geometry, (from, tap, signal, count) => {
    for (let i = 0; i < count; i++) sums[tap]! += xv![from + i * stride]! * dyv![signal + i]!;
  });
  return [sums];
};
