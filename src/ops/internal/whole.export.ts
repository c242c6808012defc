import { ONNX_TYPES, type OnnxTarget } from '../exporter.ts';

/** 0, 1, … of so many. */
export function upTo(to: OnnxTarget, count: number): string {
  return to.whole(Array.from({ length: count }, (_, i) => i));
}

/** Whole numbers as ONNX's indices, whatever they were. */
export function asWhole(to: OnnxTarget, x: string): string {
  return to.add('Cast', [x], { to: ONNX_TYPES.int64 });
}

/** Whole numbers within 0 … size − 1, and whether they were so before. */
export function within(to: OnnxTarget, x: string, size: number): { readonly index: string; readonly inside: string } {
  const index = to.add('Clip', [x, to.whole([0], []), to.whole([size - 1], [])]);
  return { index, inside: to.add('Equal', [index, x]) };
}
