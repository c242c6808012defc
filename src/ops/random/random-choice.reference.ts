import type { Reference } from '../../ir/op.ts';
import type { DrawAttributes } from './random-choice.ts';

/** The finaliser of MurmurHash3. */
function mixed(bits: number): number {
  const start = bits | 0;
  const a = Math.imul(start ^ (start >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}

export const randomChoice: Reference<DrawAttributes> = (
  { attributes: { seed, stream }, inputs: [, values] },
  [step, numbers],
) => {
  const [rows, size] = values!.shape as [number, number];
  const bits = mixed(mixed(mixed(seed) + stream) + step![0]!);
  const row = ((bits >>> 16) * rows) >>> 16;
  return [numbers!.slice(row * size, (row + 1) * size)];
};
