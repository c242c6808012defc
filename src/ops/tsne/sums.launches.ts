import type { Attributes } from '../../ir/graph.ts';
import type { Launch, NodeContext } from '../../ir/op.ts';
import { partsOf } from './sums.ts';

export function launchSums(shader: string, { inputs: [p, y], outputs: [sums] }: NodeContext<Attributes>): Launch[] {
  const parts = partsOf(p!.shape[0]!);
  const size = parts.tiles * parts.parts;
  return [
    {
      shader,
      params: { ...parts, size },
      bindings: { p: p!.name, y: y!.name, sums: sums!.name },
      threads: [size, 1, 1],
    },
  ];
}
