import type { Launch } from '../../ir/op.ts';
import { windowParams } from '../internal/window.launches.ts';
import type { Windows } from '../internal/window.ts';
import type { AveragePoolAttributes } from './average.ts';

export function averageParams(windows: Windows, { countIncludePad }: AveragePoolAttributes): Launch['params'] {
  return {
    ...windowParams(windows),
    pad_after: [windows.h.after, windows.w.after],
    include_pad: Number(countIncludePad),
  };
}
