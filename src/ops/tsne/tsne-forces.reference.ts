import type { Reference } from '../../ir/op.ts';
import { evaluateSums } from './sums.ts';

export const tsneForces: Reference<object> = (_, [p, y]) => [
  evaluateSums(p!, y!, 5, (p, w, dx, dy) => [w, p * w * dx, p * w * dy, w * w * dx, w * w * dy]),
];
