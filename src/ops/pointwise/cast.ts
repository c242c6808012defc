import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import type { DType } from '../../tensor/tensor.ts';
import { allConstant, emit } from '../internal/onnx.ts';

export interface CastAttributes {
  readonly to: DType;
}

/** Numbers of ONNX's TensorProto.DataType; the small integers become int32, float16 and bfloat16 float32. */
const TYPES: Readonly<Record<number, DType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int32',
  4: 'int32',
  5: 'int32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float32',
  11: 'float64',
  12: 'uint32',
  13: 'int64',
  16: 'float32',
};

/** What becomes of a type of ONNX. */
export function typeOf(code: number): DType | undefined {
  return TYPES[code];
}

/** The same numbers as another type; fractions are cut off. On constants only. */
export const cast: Op = defineOp<CastAttributes>({
  type: 'cast',
  pointwise: 'function',
  anyNumbers: true,
  infer: ({ attributes: { to }, inputs: [x] }) => [{ dtype: to, shape: x!.shape }],
  evaluate: ({ attributes: { to } }, [x]) => {
    if (to === 'bool') return [x!.map((v) => Number(v !== 0))];
    return [to.startsWith('float') ? x! : x!.map(Math.trunc)];
  },
  onnx: { Cast: importCast },
});

function importCast(n: OnnxNode): readonly string[] {
  const to = TYPES[n.int('to', 0)] ?? n.refuse(`type ${String(n.int('to', 0))}`);
  const from = n.value(0).dtype;
  if (allConstant(n) && from !== to) return [emit(n, 'cast', [n.input(0)], { to })];
  // What is computed on the GPU is float32, whatever precision the file asks for.
  if (from !== to && !(from.startsWith('float') && to.startsWith('float')))
    n.refuse(`from ${from} to ${to} it runs on constants only`);
  return [n.input(0)];
}
