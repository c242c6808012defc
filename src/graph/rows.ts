import { contextOf } from '../ir/builder.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { append } from '../tensor/append.ts';
import type { Shape } from '../tensor/shape.ts';
import { rewrite, type Target } from './rewrite.ts';

/**
 * Networks of one spatial axis [n, c, l] as networks of images [n, c, 1, l]: what is computed element by element between two
 * layers, which importers have made two-dimensional, is computed on the images too. So no reshape parts a convolution from its
 * normalisation and its activation, and `fold` and `fuse` find them.
 */
export function rowsAsImages(graph: Graph): Graph {
  const rows = rowsOf(graph);
  if (rows.size === 0) return graph;
  const users = new Map<string, Node[]>();
  for (const node of graph.nodes) for (const input of node.inputs) append(users, input, node);
  /** Whether somebody wants [n, c, l] itself. */
  const isNeeded = (tensor: string): boolean =>
    graph.outputs.includes(tensor) ||
    (users.get(tensor) ?? []).some((node) => !rows.has(node.outputs[0]!) && !restores(graph, node));
  /** Row → the image that it is. */
  const images = new Map<string, string>();

  return rewrite(graph, (node, inputs, target) => {
    const [output] = node.outputs as [string];
    const image = images.get(node.inputs[0] ?? '');
    if (image !== undefined && restores(graph, node)) return [{ tensor: image }];
    if (!rows.has(output)) return undefined;
    const needed = isNeeded(output);
    if (opOf(node.op).view) {
      images.set(output, inputs[0]!);
      return needed ? undefined : [{ tensor: inputs[0]! }];
    }
    const { builder } = target;
    const operands = inputs.map((input, i) => images.get(node.inputs[i]!) ?? lifted(target, input));
    const outputs = needed ? [`${output}/image`] : [output];
    const y = builder.add(node.op, operands, node.attributes, { name: node.name, outputs });
    images.set(output, y);
    if (!needed) return [{ tensor: y }];
    const names = { name: `${node.name}/row`, outputs: [output] };
    return [{ tensor: builder.add('reshape', [y], { shape: [0, 0, -1], allowZero: false }, names) }];
  });
}

/** The tensors [n, c, l] that are views of images [n, c, 1, l], or computed of such element by element. */
function rowsOf(graph: Graph): ReadonlySet<string> {
  const shapeOf = (name: string): Shape => graph.values.get(name)!.shape;
  const rows = new Set<string>();
  for (const node of graph.nodes) {
    const { view, pointwise } = opOf(node.op);
    const [output] = node.outputs as [string];
    const shape = shapeOf(output);
    if (shape.length !== 3 || node.outputs.length > 1) continue;
    if (view ? isImageOf(shapeOf(node.inputs[0]!), shape) : pointwise && node.inputs.some((name) => rows.has(name))) {
      rows.add(output);
    }
  }
  return rows;
}

/** Makes a row an image again. */
function restores(graph: Graph, node: Node): boolean {
  if (!opOf(node.op).view) return false;
  const { inputs, outputs } = contextOf(node, graph.values);
  return isImageOf(outputs[0]!.shape, inputs[0]!.shape);
}

function isImageOf(image: Shape, row: Shape): boolean {
  return (
    image.length === 4 && row.length === 3 && image[2] === 1 && image.toSpliced(2, 1).every((n, i) => n === row[i])
  );
}

/** What broadcasts with rows, so that it broadcasts with images: lists and numbers already do, along the last axis or by channel. */
function lifted({ builder }: Target, tensor: string): string {
  if (tensor === '') return tensor;
  const { shape } = builder.value(tensor);
  if (shape.length < 2) return tensor;
  const image = shape.length === 3 ? [0, 0, 1, -1] : [shape[0]!, 1, shape[1]!];
  return builder.add('reshape', [tensor], { shape: image, allowZero: false });
}
