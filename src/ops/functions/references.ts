import type { Reference } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import type { References } from '../family.ts';
import { pairs } from '../internal/pairs.reference.ts';
import { walkIndices } from '../internal/walk.reference.ts';
import { ofTwo, where } from './formulas.ts';

const choice: Reference<object> = ({ inputs, outputs: [y] }, values) => {
  const [c, a, b] = inputs.map((x) => walkIndices(y!.shape, broadcastStrides(x!.shape, y!.shape)));
  const result = new Float64Array(c!.length);
  for (let i = 0; i < result.length; i++)
    result[i] = where(values[0]![c![i]!]!, values[1]![a![i]!]!, values[2]![b![i]!]!);
  return [result];
};

/** The family in float64, by type, but for what is in one.ts. */
export const references: References = {
  ...Object.fromEntries(Object.entries(ofTwo).map(([type, apply]) => [type, pairs(apply)])),
  where: choice,
};
