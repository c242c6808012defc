import type { Launch } from '../../ir/op.ts';
import type { Shape } from '../../tensor/shape.ts';
import { lrnNeighbours, type LrnAttributes } from './neighbours.ts';

export function lrnParams(attributes: LrnAttributes, shape: Shape): Launch['params'] {
  const { alpha, beta, bias, size } = attributes;
  return { ...lrnNeighbours(attributes, shape), alpha: alpha / size, beta, bias };
}
