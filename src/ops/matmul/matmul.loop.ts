import { sizeOf } from '../../tensor/shape.ts';
import { Runs } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { sizesOf, type MatMulAttributes } from './matmul.ts';
import { matrixProduct } from './product.loop.ts';

export const matmul: Loop<MatMulAttributes> = (context, machine) => {
  const { m, n, k, batch, a, b } = sizesOf(context);
  const [left, right] = context.inputs;
  const starts: [number[], number[]] = [[], []];
  const runs = new Runs(batch);
  runs.each(0, runs.units, (from, count) => {
    for (const [tensor, list] of starts.entries())
      for (let i = 0; i < count; i++) list.push(from[tensor]! + i * runs.steps[tensor]!);
  });
  return matrixProduct(
    {
      m,
      n,
      k,
      a: { input: 0, size: sizeOf(left!.shape), strides: a, starts: starts[0] },
      b: { input: 1, size: sizeOf(right!.shape), strides: b, starts: starts[1] },
      alpha: 1,
      low: -Infinity,
      high: Infinity,
      prefill: (y) => y.fill(0),
    },
    machine,
  );
};
