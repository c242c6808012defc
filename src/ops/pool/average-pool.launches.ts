import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import { spans } from '../internal/window.launches.ts';
import { poolWindows } from '../internal/window.ts';
import { averageParams } from './average.launches.ts';
import type { AveragePoolAttributes } from './average.ts';

export const averagePool: Launching<AveragePoolAttributes> = ({ node, attributes, inputs: [x], outputs: [y] }) => {
  const windows = poolWindows(node, x!.shape, attributes);
  const bindings = { x: x!.name, y: y!.name };
  const constants = spans([windows.h.kernel, windows.w.kernel]);
  return elementwise('pool/average-pool', y!, bindings, averageParams(windows, attributes), constants);
};
