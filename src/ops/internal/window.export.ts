import type { OnnxAttributes, OnnxTarget } from '../exporter.ts';
import type { WindowAttributes, WindowAxis, Windows } from './window.ts';

type Steps = Pick<WindowAttributes, 'strides' | 'dilations'>;

type OnnxWindows = {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly [top: number, left: number, bottom: number, right: number];
};

/** The attributes of windows as ONNX names them. Padding is written out: runtimes do not take every rule with every window. */
export function windowAttributes({ strides, dilations }: Steps, { h, w }: Windows): OnnxWindows {
  return { strides, dilations, pads: [h.before, w.before, h.after, w.after] };
}

/** The same windows with as much padding behind the image as they touch, so that none hangs over. */
export function reachingAttributes(attributes: Steps, { h, w }: Windows): OnnxWindows {
  return windowAttributes(attributes, { h: reaching(h), w: reaching(w) });
}

/** The same windows along an axis, none of which hangs over. */
export function reaching(axis: WindowAxis): WindowAxis {
  return { ...axis, after: Math.max(beyond(axis), 0) };
}

/** How far the last window reaches beyond the end of the image; negative where it ends before. */
function beyond({ size, kernel, stride, dilation, before, count }: WindowAxis): number {
  return (count - 1) * stride + (kernel - 1) * dilation + 1 - before - size;
}

/**
 * Those of a ConvTranspose that sends what windows make back to an image of their size: what they touch beyond its end is cut
 * off, and what they leave over is a padding of the output.
 */
export function transposedAttributes(attributes: Steps, windows: Windows): OnnxAttributes {
  const { h, w } = windows;
  return {
    ...reachingAttributes(attributes, windows),
    output_padding: [h, w].map((axis) => Math.max(-beyond(axis), 0)),
  };
}

/** Makes every channel an image of its own: [n, c, h, w] → [n · c, 1, h, w]. */
export function alone(to: OnnxTarget, x: string, [n, c, h, w]: readonly number[]): string {
  return to.add('Reshape', [x, to.whole([n! * c!, 1, h!, w!])]);
}

/** A filter that adds up what is under its windows. */
export function ones(to: OnnxTarget, [rows, columns]: readonly number[]): string {
  return to.numbers([1, 1, rows!, columns!], new Float32Array(rows! * columns!).fill(1));
}
