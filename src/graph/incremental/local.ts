import { contextOf } from '../../ir/builder.ts';
import type { Dependence, Taps } from '../../ir/dependence.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { OnWindow } from '../../ir/op.ts';
import { opOf } from '../../ops/registry.ts';
import { dependenceOf, isPlaced } from '../dependence.ts';
import { spatialAxes, type Change } from './extent.ts';

/** The windows of an input, along h and w, that each pixel of the output reads. */
type InputWindows = readonly [h: Taps, w: Taps];

/** How a node is done on a part of its maps [n, c, h, w]. */
export interface LocalNode extends OnWindow {
  /** Of each input; undefined: the input has no pixels that go with those of the output, and is read as it is. */
  readonly windows: readonly (InputWindows | undefined)[];
  /** Each pixel is made from the same pixel of the inputs. */
  readonly isPixel: boolean;
}

/** Of nodes that were asked for: a node's tensors have the same shapes in all graphs that it is part of. */
const known = new WeakMap<Node, LocalNode | 'whole'>();

/** How a node is done on parts of its maps; undefined where it is not. */
export function onWindowOf(graph: Graph, node: Node): LocalNode | undefined {
  const local = known.get(node) ?? localNode(graph, node) ?? 'whole';
  known.set(node, local);
  return local === 'whole' ? undefined : local;
}

function localNode(graph: Graph, node: Node): LocalNode | undefined {
  const op = opOf(node.op);
  const context = contextOf(node, graph.values);
  const how = op.onWindow ? op.onWindow(context) : op.pointwise && { attributes: node.attributes };
  const { shape } = context.outputs[0]!;
  if (!how || node.outputs.length > 1 || shape.length !== 4) return undefined;
  const dependences = dependenceOf(graph, node);
  const axes = dependences.map((dependence) => spatialAxes(dependence, shape));
  // Numbers for each row or column only, and what is not read in windows
  const isOther = (dependence: Dependence | undefined, i: number): boolean =>
    axes[i]
      ? axes[i].some(({ kind }) => kind !== 'windows')
      : !!dependence?.some((axis) => isPlaced(axis) && axis.axis > 1);
  if (dependences.some(isOther)) return undefined;
  const windows = axes as readonly (InputWindows | undefined)[];
  const isPixel = windows.every((both) => both?.every(isSinglePixel) ?? true);
  return { ...how, windows, isPixel };
}

/** What each output adds up of a map, times this; undefined where it does something else. */
export function sumScaleOf(graph: Graph, node: Node): number | undefined {
  return opOf(node.op).sumScale?.(contextOf(node, graph.values));
}

/** Whether a tensor changes in windows and is made there. */
export function hasWindow(graph: Graph, changes: ReadonlyMap<string, Change>): (tensor: string) => boolean {
  const whole = new Set(graph.nodes.filter((node) => !onWindowOf(graph, node)).flatMap(({ outputs }) => outputs));
  return (tensor) => {
    const change = changes.get(tensor);
    return change !== undefined && change !== 'everywhere' && !whole.has(tensor);
  };
}

function isSinglePixel({ kernel, stride, before }: Taps): boolean {
  return kernel === 1 && stride === 1 && before === 0;
}
