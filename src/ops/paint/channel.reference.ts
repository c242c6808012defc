import type { Reference } from '../../ir/op.ts';

export const channel: Reference<object> = ({ inputs: [x] }, [xv, which]) => {
  const plane = xv!.length / x!.shape[1]!;
  return [xv!.slice(which![0]! * plane, (which![0]! + 1) * plane)];
};
