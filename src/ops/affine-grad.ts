import { ALL, along, anywhere } from '../ir/dependence.ts';
import { defineOp, type Op } from '../ir/op.ts';
import { sizeOf } from '../tensor/shape.ts';
import { eachSource, inferAffine, launchAffine } from './internal/affine.ts';

/** Adjoint of `affine` in x: (dy [n, c, h, w], matrix [4]) → dx. */
export const affineGrad: Op = defineOp({
  type: 'affine-grad',
  dependence: ({ inputs: [, matrix] }) => [[along(0), along(1), ALL, ALL], anywhere(matrix!)],
  infer: inferAffine,
  evaluate: ({ inputs: [dy] }, [dyv, matrix]) => {
    const [, , h, w] = dy!.shape as [number, number, number, number];
    const dx = new Float64Array(dyv!.length);
    for (let plane = 0; plane < dx.length; plane += h * w) {
      eachSource(dy!.shape, matrix!, (pixel, source, share) => (dx[plane + source]! += share * dyv![plane + pixel]!));
    }
    return [dx];
  },
  launches: (context) => launchAffine('extra/affine-grad', context),
  flops: ({ outputs: [dx] }) => 8 * sizeOf(dx!.shape),
});
