import type { Reference } from '../../ir/op.ts';
import { evaluateSums } from './sums.ts';

export const tsneDivergence: Reference<object> = (_, [p, y]) => [
  evaluateSums(p!, y!, 3, (p, w) => [w, p, p === 0 ? 0 : p * Math.log(p / w)]),
];
