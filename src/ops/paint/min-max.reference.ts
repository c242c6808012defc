import type { Reference } from '../../ir/op.ts';
import type { MinMaxAttributes } from './min-max.ts';

export const minMax: Reference<MinMaxAttributes> = ({ outputs: [y] }, [x]) => {
  const rows = y!.shape[0]!;
  const length = x!.length / rows;
  const result = new Float64Array(3 * rows);
  for (let row = 0; row < rows; row++) {
    const numbers = x!.subarray(row * length, (row + 1) * length);
    const finite = numbers.filter(Number.isFinite);
    const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
    const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
    result.set(finite.length > 0 ? [low, high, numbers.indexOf(high)] : [NaN, NaN, 0], 3 * row);
  }
  return [result];
};
