import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { TopKMergeAttributes } from './top-k-merge.ts';

const GROUP = 64;

export const topKMerge: Launching<TopKMergeAttributes> = ({
  attributes: { each },
  inputs: [x, images, values, places],
  outputs,
}) => {
  const [n, c] = x!.shape as [number, number];
  const k = values!.shape[1]!;
  return [
    {
      shader: 'topk/top-k-merge',
      params: {
        channels: c,
        plane: sizeOf(x!.shape.slice(2)),
        images: n,
        length: k,
        rounds: each === 'image' ? 1 : k,
      },
      bindings: {
        x: x!.name,
        images: images!.name,
        values: values!.name,
        places: places!.name,
        next_values: outputs[0]!.name,
        next_places: outputs[1]!.name,
      },
      threads: [c * GROUP, 1, 1],
    },
  ];
};
