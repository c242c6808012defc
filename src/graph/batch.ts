import { ArgumentError, ShapeError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { formatShape, type Shape } from '../tensor/shape.ts';
import { copy, rewrite } from './rewrite.ts';

/**
 * The graph for inputs of other shapes, such as another batch; inputs not named keep theirs. Constants stay the same
 * tensors. Throws {@link ShapeError} where the file fixed a size that no longer fits.
 */
export function withInputShapes(graph: Graph, shapes: Readonly<Record<string, Shape>>): Graph {
  for (const [name, shape] of Object.entries(shapes)) {
    if (!graph.inputs.includes(name)) {
      throw new ArgumentError(`the graph has no input "${name}"`, { expected: graph.inputs.join(', ') });
    }
    const old = graph.values.get(name)!.shape;
    if (shape.length !== old.length || !shape.every((n) => Number.isInteger(n) && n > 0)) {
      const where = `input "${name}"`;
      throw new ShapeError('an impossible shape', {
        where,
        expected: `a size like ${formatShape(old)}`,
        got: formatShape(shape),
      });
    }
  }
  return rewrite(
    graph,
    (node, inputs, { builder }) => {
      try {
        return copy(builder, node, inputs);
      } catch (cause) {
        if (!(cause instanceof ShapeError)) throw cause;
        const list = Object.entries(shapes).map(([name, shape]) => `"${name}" ${formatShape(shape)}`);
        throw new ShapeError(`the model fixes a size that does not fit ${list.join(', ')}`, {
          where: `node "${node.name}" (${node.op})`,
          got: cause.message,
          remedy: 'Import the file with these shapes, or export it with open sizes.',
          cause,
        });
      }
    },
    shapes,
  );
}
