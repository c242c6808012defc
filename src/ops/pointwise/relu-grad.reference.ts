import type { Reference } from '../../ir/op.ts';
import type { ReluGradAttributes } from './relu-grad.ts';

export const reluGrad: Reference<ReluGradAttributes> = ({ attributes: { rule, low, high } }, [y, dy]) => [
  dy!.map((d, i) => {
    const active = rule === 'deconvnet' || (y![i]! > low && y![i]! < high);
    if (!active) return 0;
    return rule === 'gradient' ? d : Math.max(d, 0);
  }),
];
