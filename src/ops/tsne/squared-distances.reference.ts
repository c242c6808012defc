import type { Reference } from '../../ir/op.ts';
import { expectPoints, forEachDistance } from './pairs.ts';

export const squaredDistances: Reference<object> = ({ node, inputs: [x] }, [xv]) => {
  const [d, n] = expectPoints(node, x!);
  const result = new Float64Array(n * n);
  forEachDistance(xv!, [d, n], (i, j, distance) => (result[i * n + j] = distance));
  return [result];
};
