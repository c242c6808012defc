import { contextOf } from '../ir/builder.ts';
import { anywhere, samePlace, type Dependence } from '../ir/dependence.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/table.ts';

/** Which places of each of its inputs the outputs of a node depend on, as its op declares it. */
export function dependenceOf({ values, constants }: Graph, node: Node): readonly (Dependence | undefined)[] {
  const op = opOf(node.op);
  const context = contextOf(node, values);
  const declared = op.dependence?.(context, constants);
  if (declared) return declared;
  const [y] = context.outputs;
  return context.inputs.map((x) => x && (op.pointwise ? samePlace(x, y!) : anywhere(x)));
}
