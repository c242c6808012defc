import { along, windows } from '../ir/dependence.ts';
import { defineOp, type Op } from '../ir/op.ts';
import { sizeOf } from '../tensor/shape.ts';
import { elementwise } from './internal/launch.ts';
import { lrnDenominator, lrnNeighbours, lrnParams, type LrnAttributes } from './internal/lrn.ts';
import { expectShape } from './internal/window.ts';

/** Input gradient of local response normalisation: x, dy [n, c, …] → dx. */
export const lrnGrad: Op = defineOp<LrnAttributes>({
  type: 'lrn-grad',
  // A neighbour's denominator has neighbours of its own.
  dependence: ({ attributes: { size }, inputs }) =>
    inputs.map((value, i) =>
      value!.shape.map((_, axis) => {
        const taps =
          i === 0 ? { kernel: 2 * size - 1, before: size - 1 } : { kernel: size, before: Math.ceil((size - 1) / 2) };
        return axis === 1 ? windows(1, { stride: 1, dilation: 1, ...taps }) : along(axis);
      }),
    ),
  infer: ({ node, inputs: [x, dy] }) => {
    expectShape(node, 'dy', dy!.shape, x!.shape);
    return [{ dtype: 'float32', shape: x!.shape }];
  },
  // With D the denominators: dx_i = dy_i·D_i^−β − 2(α/size)β·x_i·Σ_j dy_j·x_j·D_j^(−β−1) over the j whose sum holds i.
  evaluate: ({ attributes, inputs: [x] }, [xv, dyv]) => {
    const { alpha, beta, size } = attributes;
    const denominator = lrnDenominator(attributes, x!.shape, xv!);
    const { c, inner, before, after } = lrnNeighbours(attributes, x!.shape);
    return [
      xv!.map((v, i) => {
        const channel = Math.floor(i / inner) % c;
        let sum = 0;
        for (let j = Math.max(channel - after, 0); j <= Math.min(channel + before, c - 1); j++) {
          const at = i + (j - channel) * inner;
          sum += dyv![at]! * xv![at]! * denominator[at]! ** (-beta - 1);
        }
        return dyv![i]! * denominator[i]! ** -beta - ((2 * alpha * beta) / size) * v * sum;
      }),
    ];
  },
  launches: ({ attributes, inputs: [x, dy], outputs: [dx] }) =>
    elementwise('extra/lrn-grad', dx!, { x: x!.name, dy: dy!.name, dx: dx!.name }, lrnParams(attributes, x!.shape)),
  flops: ({ attributes, inputs: [x] }) => {
    const size = Math.min(attributes.size, x!.shape[1]!);
    return sizeOf(x!.shape) * size * (2 * size + 8);
  },
});
