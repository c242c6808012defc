import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Loop, Lowered, Machine } from '../loop.ts';
import { operands, type GemmAttributes } from './gemm.ts';
import { matrixProduct } from './product.loop.ts';

export const gemm: Loop<GemmAttributes> = (context, machine) => lowered(context, machine);

/** A gemm; of `halves`, b holds float16 numbers in pairs, and its strides are those of the pairs. */
export function lowered(context: NodeContext<GemmAttributes>, machine: Machine, halves = false): Lowered {
  const { m, n, k, a, b, c } = operands(context);
  const { alpha, beta, low = -Infinity, high = Infinity } = context.attributes;
  const [aValue, bValue, cValue] = context.inputs;
  const cSize = cValue ? sizeOf(cValue.shape) : 0;
  const bStrides = halves ? ([1, b[1] / 2] as const) : b;
  return matrixProduct(
    {
      m,
      n,
      k,
      a: { input: 0, size: sizeOf(aValue!.shape), strides: a, starts: [0] },
      b: { input: 1, size: sizeOf(bValue!.shape), strides: bStrides, starts: [0] },
      alpha,
      low,
      high,
      halves,
      prefill: (y, { inputs }) => {
        if (!c) {
          y.fill(0);
          return;
        }
        const addend = machine.memory.floats(inputs[2]!, cSize);
        for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) y[i * n + j] = beta * addend[i * c[0] + j * c[1]]!;
      },
    },
    machine,
  );
}
