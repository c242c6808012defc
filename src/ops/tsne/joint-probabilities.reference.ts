import type { Reference } from '../../ir/op.ts';
import { expectPoints, forEachDistance, jointColumns } from './pairs.ts';

export const jointProbabilities: Reference<object> = ({ node, inputs: [x] }, [xv, rows]) => {
  const [d, n] = expectPoints(node, x!);
  const picks = (i: number, distance: number): number =>
    Math.exp(Math.min(rows![i]! * (rows![n + i]! - distance), 0)) * rows![2 * n + i]!;
  const columns = jointColumns(n);
  const result = new Float64Array(n * columns);
  forEachDistance(xv!, [d, n], (i, j, distance) => {
    result[i * columns + j] = i === j ? 0 : (picks(i, distance) + picks(j, distance)) / (2 * n);
  });
  return [result];
};
