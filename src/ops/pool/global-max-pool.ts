import type { OnnxImporter } from '../../ir/op.ts';
import { emit } from '../internal/onnx.ts';
import { liftedTo2d, windowAttributes } from '../internal/window.ts';

/** The maximum of each channel: beside max-pool, which every page has, since few networks end in it. */
export const globalMaxPool: OnnxImporter = (n) => {
  const attributes = { ...windowAttributes(n, 2), kernel: [1, 1], ceilMode: false, global: true };
  if (n.value(0).shape.length === 4) return [emit(n, 'max-pool', [n.input(0)], attributes)];
  return liftedTo2d(n, [0], ([x]) => n.builder.add('max-pool', [x!], attributes, { name: n.name }));
};
