import type { Value } from '../../ir/graph.ts';
import { isFloat, ONNX_TYPES, type OnnxTarget } from '../exporter.ts';

/** A tensor as ONNX's truth values: what is not 0 is true. */
export function asTruth(to: OnnxTarget, x: string): string {
  return to.add('Cast', [x], { to: ONNX_TYPES.bool });
}

/** Writes truth values as the numbers 0 and 1 of an output. */
export function fromTruth(to: OnnxTarget, truth: string, { name, dtype }: Value): void {
  to.node('Cast', [truth], [name], { to: isFloat(dtype) ? ONNX_TYPES.float32 : ONNX_TYPES.int64 });
}
