import { ArgumentError } from '../../errors.ts';
import { ALL, along } from '../../ir/dependence.ts';
import { defineOp, type NodeContext, type Op } from '../../ir/op.ts';
import { formatShape, normalizeAxis, sizeOf } from '../../tensor/shape.ts';
import { expectAxis, expectRank, shapeError } from '../internal/check.ts';
import { turned, weightTable } from './weights.ts';

export interface ResampleAttributes {
  /** Counted from the front. */
  readonly axis: number;
  /** Elements along it that the table is made for. */
  readonly size: number;
}

/**
 * (x, first [m], weights [m, taps]) → x with m elements along an axis, each a weighted sum of neighbours: y[o] = Σ weights[o, t] ·
 * x[first[o] + t]. The table consists of constants; the adjoint is the same operation with the table turned round.
 */
export const resample: Op = defineOp<ResampleAttributes>({
  type: 'resample',
  dependence: ({ attributes: { axis }, inputs: [x, first, weights], outputs: [y] }, constants) => {
    const starts = startsOf(constants.get(first!.name)?.data);
    // Beyond the ends, in the padding of what follows, as dense as between them
    const density = x!.shape[axis]! / y!.shape[axis]!;
    const startOf = (at: number): number => {
      const nearest = Math.min(Math.max(at, 0), starts!.length - 1);
      return starts![nearest]! + Math.round((at - nearest) * density);
    };
    const table = { kind: 'table', axis, taps: weights!.shape[1]!, startOf } as const;
    return [x!.shape.map((_, i) => (i !== axis ? along(i) : starts ? table : ALL)), [along(axis)], [along(axis), ALL]];
  },
  infer: ({ node, attributes: { axis, size }, inputs: [x, first, weights] }) => {
    if (normalizeAxis(axis, x!.shape.length) !== axis) {
      throw shapeError(node, 'there is no such axis', `less than ${String(x!.shape.length)}`, String(axis));
    }
    if (x!.shape[axis] !== size) {
      throw shapeError(
        node,
        'the table is made for another size',
        `${String(size)} along axis ${String(axis)}`,
        formatShape(x!.shape),
      );
    }
    expectRank(node, 'first', first!, 1);
    expectRank(node, 'weights', weights!, 2);
    expectAxis(node, 'weights', weights!, 0, first!.shape[0]!);
    return [{ dtype: 'float32', shape: x!.shape.with(axis, first!.shape[0]!) }];
  },
  backward: ({ builder, node, attributes: { axis, size }, wanted, inputs: [, firsts], dy: [dy] }) => {
    const [first, weights] = node.inputs.slice(1).map((name) => builder.constantOf(name));
    if (wanted[1] || wanted[2] || !first || !weights) {
      throw new ArgumentError('the table of a resampling has no gradient', { where: node.name, expected: 'constants' });
    }
    const [to] = firsts!.shape as [number];
    const table = weightTable(builder, `${node.name}/back`, turned(first, weights, size), to);
    return [builder.add('resample', [dy!, ...table], { axis, size: to })];
  },
  flops: (context) => 2 * sizesOf(context).taps * sizeOf(context.outputs[0]!.shape),
});

/** Where the neighbours of each element begin; undefined where that falls from one to the next: intervals would not show it. */
function startsOf(first: ArrayLike<number> | undefined): ArrayLike<number> | undefined {
  for (let i = 1; i < (first?.length ?? 0); i++) if (first![i]! < first![i - 1]!) return undefined;
  return first;
}

/** The sizes that shader and reference go by. */
export function sizesOf({ attributes: { axis, size }, inputs: [x, , weights] }: NodeContext<ResampleAttributes>): {
  /** Elements behind the axis. */
  readonly inner: number;
  readonly along_x: number;
  readonly along_y: number;
  readonly taps: number;
} {
  const [count, taps] = weights!.shape as [number, number];
  return { inner: sizeOf(x!.shape.slice(axis + 1)), along_x: size, along_y: count, taps };
}
