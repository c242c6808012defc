import type { Reference } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { walkIndices } from './walk.ts';

/** Pairs of numbers of two tensors that broadcast to each other. `dtype` is that of the first. */
export function pairs(apply: (a: number, b: number, dtype: DType) => number): Reference<object> {
  return ({ inputs: [a, b], outputs: [y] }, [av, bv]) => {
    const at = walkIndices(y!.shape, broadcastStrides(a!.shape, y!.shape));
    const bt = walkIndices(y!.shape, broadcastStrides(b!.shape, y!.shape));
    const result = new Float64Array(at.length);
    for (let i = 0; i < result.length; i++) result[i] = apply(av![at[i]!]!, bv![bt[i]!]!, a!.dtype);
    return [result];
  };
}
