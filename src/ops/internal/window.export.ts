import type { OnnxAttributeValue } from '../exporter.ts';
import type { PoolAttributes, WindowAttributes, Windows } from './window.ts';

type OnnxAttributes = Readonly<Record<string, OnnxAttributeValue>>;

/** The attributes of windows as ONNX names them. Padding is written out: runtimes do not take every rule with every window. */
export function windowAttributes({ strides, dilations }: WindowAttributes, { h, w }: Windows): OnnxAttributes {
  return { strides, dilations, pads: [h.before, w.before, h.after, w.after] };
}

/** Those of a pool. */
export function poolAttributes(attributes: PoolAttributes, windows: Windows): OnnxAttributes {
  return {
    ...windowAttributes(attributes, windows),
    kernel_shape: attributes.kernel,
    ceil_mode: Number(attributes.ceilMode),
  };
}
