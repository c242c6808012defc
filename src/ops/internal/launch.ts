import type { Launch } from '../../ir/op.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { MAX_RANK } from './strided.ts';

/** For shaders whose invocations make several elements: what each works out first costs a software adapter as much as three. */
export const SEVERAL = { EACH: 8 };

/** One invocation for each element of the output, or for EACH of them. The shader's `Params` must have a field `size`. */
export function elementwise(
  shader: string,
  out: { readonly shape: Shape },
  bindings: Launch['bindings'],
  params: Launch['params'] = {},
  constants: Launch['constants'] = {},
): readonly Launch[] {
  const size = sizeOf(out.shape);
  const threads = [Math.ceil(size / (constants['EACH'] ?? 1)), 1, 1] as const;
  return size === 0 ? [] : [{ shader, constants, bindings, params: { size, ...params }, threads }];
}

/** The bits of a number as float32, for parameters that may be infinite: WGSL has no such number. */
export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** A number for each axis, outermost first, as the shaders want them: innermost first, in an `array<vec4, 2>`. */
export function perAxis(values: readonly number[], rest = 0): readonly number[] {
  return [...values.toReversed(), ...new Array<number>(MAX_RANK - values.length).fill(rest)];
}
