import type { WindowAxis, Windows } from './window.ts';

type WindowParam = 'image' | 'windows' | 'kernel' | 'stride' | 'dilation' | 'pad';

/** The fields that every windowed shader has in its `Params`. */
export function windowParams({ h, w }: Windows): Readonly<Record<WindowParam, readonly number[]>> {
  return {
    image: [h.size, w.size],
    windows: [h.count, w.count],
    kernel: [h.kernel, w.kernel],
    stride: [h.stride, w.stride],
    dilation: [h.dilation, w.dilation],
    pad: [h.before, w.before],
  };
}

/**
 * Constants of a pooling shader, which looks at some taps (or windows) in one turn of its loop: all of a small block, part
 * of a row of a large one.
 */
export function spans([rows, columns]: readonly [number, number]): Readonly<Record<'SPAN_H' | 'SPAN_W', number>> {
  if (rows * columns <= LARGEST_UNROLLED) return { SPAN_H: rows, SPAN_W: columns };
  return { SPAN_H: 1, SPAN_W: Math.min(columns, LARGEST_UNROLLED) };
}

/** Taps, or windows over an element: more of them in one turn compile slower than a loop runs. */
export const LARGEST_UNROLLED = 9;

/** Windows that an element can be under, along h and w. */
export function cover({ h, w }: Windows): readonly [number, number] {
  const along = ({ kernel, stride, dilation }: WindowAxis): number =>
    Math.floor(((kernel - 1) * dilation) / stride) + 1;
  return [along(h), along(w)];
}
