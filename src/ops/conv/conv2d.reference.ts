import type { Reference } from '../../ir/op.ts';
import { convGeometry, type ConvAttributes } from './geometry.ts';
import { clipping, type ClipAttributes } from '../internal/epilogue.ts';
import { applyEpilogue } from '../internal/epilogue.reference.ts';
import { forEachRow } from './rows.reference.ts';

export const conv2d: Reference<ConvAttributes & ClipAttributes> = (
  { node, attributes, inputs: [x, w, , residual], outputs: [y] },
  [xv, wv, bv, operand],
) => {
  const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
  const [, k, p, q] = y!.shape as [number, number, number, number];
  const sums = Float64Array.from({ length: y!.shape.reduce((a, b) => a * b) }, (_, i) =>
    bv ? bv[Math.floor(i / (p * q)) % k]! : 0,
  );
  const { stride } = geometry.windows.w;
  forEachRow(geometry, (from, tap, to, count) => {
    const weight = wv![tap]!;
    for (let i = 0; i < count; i++) sums[to + i]! += weight * xv![from + i * stride]!;
  });
  return [applyEpilogue(sums, clipping(attributes, residual?.name), operand)];
};
