import { defineOp, type Op } from '../ir/op.ts';
import { sizeOf } from '../tensor/shape.ts';
import { expectAxis, expectRank } from './internal/check.ts';
import { elementwise } from './internal/launch.ts';

/** Below any sum of w that pushes points apart. */
const SMALLEST = 1.17549435e-38;

/**
 * Gradient of the divergence of a t-SNE map: the sums [5, parts, n] of `tsne-forces`, z = Σ w over all pairs [1] and the
 * exaggeration [1] → [2, n]: 4 (exaggeration · pull − push / z) (van der Maaten & Hinton 2008, eq. 5).
 */
export const tsneGradient: Op = defineOp({
  type: 'tsne-gradient',
  infer: ({ node, inputs: [sums, z, exaggeration] }) => {
    expectRank(node, 'sums', sums!, 3);
    expectAxis(node, 'sums', sums!, 0, 5);
    expectAxis(node, 'z', z!, 0, 1);
    expectAxis(node, 'exaggeration', exaggeration!, 0, 1);
    return [{ dtype: 'float32', shape: [2, sums!.shape[2]!] }];
  },
  evaluate: ({ inputs: [x] }, [sums, z, exaggeration]) => {
    const [, parts, n] = x!.shape as [number, number, number];
    const total = (quantity: number, point: number): number => {
      let sum = 0;
      for (let part = 0; part < parts; part++) sum += sums![(quantity * parts + part) * n + point]!;
      return sum;
    };
    const scale = Math.max(z![0]!, SMALLEST);
    const gradient = Float64Array.from({ length: 2 * n }, (_, at) => {
      const [axis, point] = [Math.floor(at / n), at % n];
      return 4 * (exaggeration![0]! * total(1 + axis, point) - total(3 + axis, point) / scale);
    });
    return [gradient];
  },
  launches: ({ inputs: [sums, z, exaggeration], outputs: [dy] }) =>
    elementwise(
      'tsne/tsne-gradient',
      dy!,
      { sums: sums!.name, z: z!.name, exaggeration: exaggeration!.name, dy: dy!.name },
      { n: sums!.shape[2]!, parts: sums!.shape[1]! },
    ),
  flops: ({ inputs: [sums] }) => sizeOf(sums!.shape),
});
