import type { OnnxImporter } from '../../ir/op.ts';
import { named } from '../internal/onnx.ts';
import { liftedTo2d } from '../internal/window.ts';

const WHOLE = {
  kernel: [1, 1],
  strides: [1, 1],
  pads: [0, 0, 0, 0],
  dilations: [1, 1],
  autoPad: 'NOTSET',
  ceilMode: false,
} as const;

/** Pools of whole images. */
export const pools: Readonly<Record<string, OnnxImporter>> = {
  GlobalMaxPool: (n) => {
    const attributes = { ...WHOLE, global: true };
    if (n.value(0).shape.length === 4) return [n.builder.add('max-pool', [n.input(0)], attributes, named(n))];
    return liftedTo2d(n, [0], ([x]) => n.builder.add('max-pool', [x!], attributes, { name: n.name }));
  },
};
