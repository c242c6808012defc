import { pairs } from '../internal/pairs.reference.ts';
import type { References } from '../family.ts';
import { ofTwo } from './formulas.ts';
import { reluGrad } from './relu-grad.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  add: pairs(ofTwo.add, 'add'),
  sub: pairs(ofTwo.sub, 'sub'),
  mul: pairs(ofTwo.mul, 'mul'),
  div: pairs(ofTwo.div, 'div'),
  pow: pairs(ofTwo.pow),
  min: pairs(ofTwo.min),
  max: pairs(ofTwo.max),
  prelu: pairs(ofTwo.prelu),
  'relu-grad': reluGrad,
};
