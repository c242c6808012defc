import type { Attributes } from '../../ir/graph.ts';
import type { Launch, NodeContext } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';

export function launchAffine(
  shader: string,
  { inputs: [x, matrix], outputs: [y] }: NodeContext<Attributes>,
): readonly Launch[] {
  const bindings = { x: x!.name, matrix: matrix!.name, y: y!.name };
  return elementwise(shader, y!, bindings, { h: x!.shape[2]!, w: x!.shape[3]! });
}
