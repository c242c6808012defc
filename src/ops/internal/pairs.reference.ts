import type { Reference } from '../../ir/op.ts';
import { broadcastStrides, sameShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { walkIndices } from './walk.reference.ts';

/** For each element of a broadcast shape the one that it is; undefined where that is the same. */
function placesIn(shape: Shape, to: Shape): Int32Array | undefined {
  return sameShape(shape, to) ? undefined : walkIndices(to, broadcastStrides(shape, to));
}

/** Pairs of numbers of two tensors that broadcast to each other. `dtype` is that of the first. */
export function pairs(apply: (a: number, b: number, dtype: DType) => number): Reference<object> {
  return ({ inputs: [a, b], outputs: [y] }, [av, bv]) => {
    const result = new Float64Array(sizeOf(y!.shape));
    const [at, bt] = [a, b].map((x) => placesIn(x!.shape, y!.shape)) as [
      Int32Array | undefined,
      Int32Array | undefined,
    ];
    for (let i = 0; i < result.length; i++) result[i] = apply(av![at?.[i] ?? i]!, bv![bt?.[i] ?? i]!, a!.dtype);
    return [result];
  };
}
