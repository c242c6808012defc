import type { Launch } from '../../ir/op.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';

/** One invocation for each element of the output. The shader's `Params` must have a field `size`. */
export function elementwise(
  shader: string,
  out: { readonly shape: Shape },
  bindings: Launch['bindings'],
  params: Launch['params'] = {},
  constants: Launch['constants'] = {},
): readonly Launch[] {
  const size = sizeOf(out.shape);
  return size === 0 ? [] : [{ shader, constants, bindings, params: { size, ...params }, threads: [size, 1, 1] }];
}

const FLOAT_MAX = 3.4028234e38;

/** A number as a shader may have it: WGSL has no infinity. */
export function wgslFloat(value: number): number {
  return Math.min(Math.max(value, -FLOAT_MAX), FLOAT_MAX);
}
