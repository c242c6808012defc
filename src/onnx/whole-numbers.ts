import type { OnnxModelNode } from './model.ts';

/** Operators that move numbers without computing with them: whole numbers stay what they are when floats hold them. */
export const MOVING: ReadonlySet<string> = new Set(
  'Concat Expand Flatten Gather Identity Pad Reshape Slice Split Squeeze Tile Transpose Unsqueeze'.split(' '),
);

/** Operators that look at the shape only. */
export const COUNTING: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** Codes of TensorProto.DataType: float, float16, double, bfloat16. */
const FLOATS: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/** Whether a node makes floats of whole numbers. */
export function castsToFloat({ type, attributes }: OnnxModelNode): boolean {
  if (type === 'DequantizeLinear') return true;
  const to = attributes.get('to');
  return type === 'Cast' && to?.type === 'int' && FLOATS.has(to.value);
}
