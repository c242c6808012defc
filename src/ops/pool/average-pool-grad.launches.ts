import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import { cover, spans } from '../internal/window.launches.ts';
import { poolWindows } from '../internal/window.ts';
import type { AveragePoolGradAttributes } from './average-pool-grad.ts';
import { averageParams } from './average.launches.ts';

export const averagePoolGrad: Launching<AveragePoolGradAttributes> = ({
  node,
  attributes,
  inputs: [dy],
  outputs: [dx],
}) => {
  const windows = poolWindows(node, dx!.shape, attributes);
  const bindings = { dy: dy!.name, dx: dx!.name };
  const params = averageParams(windows, attributes);
  const [rows, columns] = cover(windows);
  const existing = [Math.min(rows, windows.h.count), Math.min(columns, windows.w.count)] as const;
  return elementwise('pool/average-pool-grad', dx!, bindings, params, spans(existing));
};
