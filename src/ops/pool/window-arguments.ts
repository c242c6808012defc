import type { Windows } from '../internal/window.ts';

/** What the kernels of pools take between x and its planes, and y. */
export function windowArguments({
  h,
  w,
}: Windows): [
  h: number,
  w: number,
  kernelH: number,
  kernelW: number,
  strideH: number,
  strideW: number,
  dilationH: number,
  dilationW: number,
  top: number,
  left: number,
  countH: number,
  countW: number,
] {
  const { kernel, stride, dilation, before, count } = h;
  return [h.size, w.size, kernel, w.kernel, stride, w.stride, dilation, w.dilation, before, w.before, count, w.count];
}
