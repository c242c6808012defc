import type { Reference } from '../../ir/op.ts';
import { viewOf, type SliceAttributes } from './slice.ts';
import { walk } from '../internal/walk.reference.ts';

export const slice: Reference<SliceAttributes> = ({ attributes, inputs: [x], outputs: [y] }, [xv]) => {
  const { offset, strides } = viewOf(x!.shape, attributes);
  return [walk(xv!, y!.shape, strides, offset)];
};
