import type { WindowArguments } from '../../cpu/loop-kernels.ts';
import type { Windows } from '../internal/window.ts';

/** What the kernels of pools take between x and its planes, and y. */
export function windowArguments({ h, w }: Windows): WindowArguments {
  const { kernel, stride, dilation, before, count } = h;
  return [h.size, w.size, kernel, w.kernel, stride, w.stride, dilation, w.dilation, before, w.before, count, w.count];
}
