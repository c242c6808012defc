import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise, perAxis } from '../internal/launch.ts';
import { collapse, type Walk } from '../internal/strided.ts';
import { scaleOf, walks, type ReduceAttributes } from './reduce.ts';

const GROUP = 64;

/** From this many terms on a whole workgroup works on one output: before, its barriers cost more than they save. */
const GROUP_FROM = 1024;

export const reduce: Launching<ReduceAttributes> = ({ attributes, inputs: [x], outputs: [y] }) => {
  const [kept, reduced] = walks(x!.shape, attributes.axes).map(collapse) as [Walk, Walk];
  const terms = sizeOf(reduced.shape);
  const [launch] = elementwise(
    terms < GROUP_FROM ? 'reduce/reduce' : 'reduce/reduce-group',
    y!,
    { x: x!.name, y: y!.name },
    {
      terms,
      // The shader knows no minimum: it is −max(−x).
      scale: attributes.mode === 'min' ? -1 : scaleOf(attributes, terms),
      kept: perAxis(kept.shape, 1),
      kept_strides: perAxis(kept.strides[0]!),
      reduced: perAxis(reduced.shape, 1),
      reduced_strides: perAxis(reduced.strides[0]!),
    },
    {
      EXTREME: Number(attributes.mode === 'max' || attributes.mode === 'min'),
      KEPT_INNER: kept.shape.length - 1,
      REDUCED_INNER: reduced.shape.length - 1,
    },
  );
  if (!launch) return [];
  return [terms < GROUP_FROM ? launch : { ...launch, threads: [launch.threads[0] * GROUP, 1, 1] }];
};
