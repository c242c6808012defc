import { ModelFormatError, UnsupportedOpError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_PARTS } from '../limits.ts';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxModelNode } from './model.ts';
import { inOrder } from './order.ts';
import { ProtobufReader } from './protobuf.ts';
import { attribute, node, opset, type TensorBytes } from './read.ts';
import { decodeTensor } from './tensor.ts';

/** Imports a part of the model, with what is known of its inputs. */
type ImportPart = (model: OnnxModel) => Promise<Graph>;

/** Another name for a tensor of a nested graph. */
type Rename = (name: string) => string;

/** Functions in functions: deeper than exporters go, and not so deep that calls overflow. */
const MAX_DEPTH = 64;

/**
 * The model with the nodes that others stand for: calls of its own functions become their bodies, and an `If` whose condition is
 * the same in every run becomes its branch. Others stay, and are refused by whoever imports them.
 */
export async function inlined(model: OnnxModel, importPart: ImportPart): Promise<OnnxModel> {
  const nodes = withoutCalls(model.graph.nodes, functionsOf(model));
  return withoutIfs({ ...model, functions: [], graph: { ...model.graph, nodes } }, importPart);
}

/** By name. Those of one name that are told apart by their arguments only are left out. */
function functionsOf({ functions }: OnnxModel): ReadonlyMap<string, OnnxFunction> {
  const named = new Map<string, OnnxFunction>();
  const twice = new Set<string>();
  for (const given of functions) {
    const each = given instanceof Uint8Array ? functionOf(given) : given;
    if (named.has(each.name)) twice.add(each.name);
    named.set(each.name, each);
  }
  for (const name of twice) named.delete(name);
  return named;
}

/** Numbers of a function's constants lie in the function itself. */
const OWN: TensorBytes = { find: () => undefined, place: (numbers) => numbers, decode: decodeTensor };

/** Field numbers: FunctionProto of onnx.proto. */
function functionOf(bytes: Uint8Array): OnnxFunction {
  const read = { name: '', domain: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  const nodes: OnnxModelNode[] = [];
  const opsets = new Map<string, number>();
  const reader = new ProtobufReader(bytes);
  try {
    reader.fields(bytes.length, (tag) => {
      if (tag === 1) read.name = reader.string();
      else if (tag === 4) inputs.push(reader.string());
      else if (tag === 5) outputs.push(reader.string());
      else if (tag === 7) nodes.push(node(reader, OWN));
      else if (tag === 9) opset(reader, opsets);
      else if (tag === 10) read.domain = reader.string();
      else if (tag === 11) attributes.set(...attribute(reader, OWN));
    });
  } catch (error) {
    if (error instanceof ModelFormatError) throw error;
    throw new ModelFormatError('a function of the ONNX model is damaged', {
      got: (error as Error).message,
      cause: error,
    });
  }
  return { name: `${read.domain}:${read.name}`, inputs, outputs, attributes, nodes, opsets };
}

function withoutCalls(
  nodes: readonly OnnxModelNode[],
  functions: ReadonlyMap<string, OnnxFunction>,
): readonly OnnxModelNode[] {
  const unique = prefixes();
  let count = 0;
  const expanded = (node: OnnxModelNode, depth: number): readonly OnnxModelNode[] => {
    if (++count > MAX_PARTS || depth > MAX_DEPTH) {
      throw new ModelFormatError('the functions of the file call each other too often', {
        where: `node "${node.name}" (${node.type})`,
        expected: `at most ${String(MAX_PARTS)} nodes, ${String(MAX_DEPTH)} calls deep`,
      });
    }
    const body = functions.get(`${node.domain}:${node.type}`);
    const whole = body ? bodyOf(node, body, unique(node)) : [withGraphs(node, (inner) => expanded(inner, depth + 1))];
    return body ? whole.flatMap((inner) => expanded(inner, depth + 1)) : whole;
  };
  return nodes.flatMap((node) => expanded(node, 0));
}

/** The nodes of a function with the names and attributes of the node that calls it. */
function bodyOf(
  node: OnnxModelNode,
  { inputs, outputs, attributes, nodes, opsets }: OnnxFunction,
  prefix: string,
): readonly OnnxModelNode[] {
  const names = new Map([
    ...outputs.map((name, i) => [name, node.outputs[i] || prefix + name] as const),
    ...inputs.map((name, i) => [name, node.inputs[i] ?? ''] as const),
  ]);
  const rename: Rename = (name) => names.get(name) ?? (name && prefix + name);
  const opset = opsets.get('') ?? node.opset;
  const given = (name: string): OnnxAttribute | undefined => node.attributes.get(name) ?? attributes.get(name);
  const body = nodes.map((inner) => renamed(inner, rename, prefix, opset, given));
  return [...body, ...handedOver(outputs, new Set(inputs), rename, (_, i) => node.outputs[i] ?? '')];
}

/** Nodes that name results which are what was given; they make nothing. */
function handedOver(
  outputs: readonly string[],
  given: ReadonlySet<string>,
  rename: Rename,
  to: (name: string, index: number) => string,
): readonly OnnxModelNode[] {
  return outputs.flatMap((name, i) =>
    given.has(name) && to(name, i) !== '' ? [identity(rename(name), to(name, i))] : [],
  );
}

function identity(from: string, to: string): OnnxModelNode {
  return { type: 'Identity', domain: '', name: '', inputs: [from], outputs: [to], attributes: new Map() };
}

function renamed(
  node: OnnxModelNode,
  rename: Rename,
  prefix: string,
  opset: number | undefined,
  given: (name: string) => OnnxAttribute | undefined,
): OnnxModelNode {
  const attributes = new Map<string, OnnxAttribute>();
  for (const [name, attribute] of node.attributes) {
    const value = attribute.type === 'reference' ? given(attribute.value) : attribute;
    if (value?.type === 'graph') {
      const { value: inner } = value;
      attributes.set(name, {
        type: 'graph',
        value: {
          ...inner,
          nodes: inner.nodes.map((each) => renamed(each, rename, prefix, opset, given)),
          initializers: new Map([...inner.initializers].map(([key, tensor]) => [rename(key), tensor])),
          inputs: inner.inputs.map((each) => ({ ...each, name: rename(each.name) })),
          outputs: inner.outputs.map((each) => ({ ...each, name: rename(each.name) })),
        },
      });
    } else if (value) attributes.set(name, value);
  }
  return {
    ...node,
    name: node.name && prefix + node.name,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes,
    opset: node.opset ?? opset,
  };
}

/** A node whose nested graphs are of other nodes. */
function withGraphs(node: OnnxModelNode, expand: (node: OnnxModelNode) => readonly OnnxModelNode[]): OnnxModelNode {
  const attributes = new Map(
    [...node.attributes].map(([name, attribute]) => [
      name,
      attribute.type === 'graph'
        ? { ...attribute, value: { ...attribute.value, nodes: attribute.value.nodes.flatMap(expand) } }
        : attribute,
    ]),
  );
  return { ...node, attributes };
}

/** Node after node, so that whatever a condition is computed from has been chosen before. */
async function withoutIfs(model: OnnxModel, importPart: ImportPart): Promise<OnnxModel> {
  const unique = prefixes();
  const done: OnnxModelNode[] = [];
  const todo = [...inOrder(model.graph.nodes)].reverse();
  let { graph } = model;
  for (let node = todo.pop(); node; node = todo.pop()) {
    const branch = isIf(node)
      ? await chosen(node, { ...model, graph: { ...graph, nodes: done } }, importPart)
      : undefined;
    if (branch) {
      const { nodes, initializers } = branchOf(node, branch, unique(node));
      graph = { ...graph, initializers: new Map([...graph.initializers, ...initializers]) };
      for (const inner of [...nodes].reverse()) todo.push(inner);
    } else done.push(node);
  }
  return { ...model, graph: { ...graph, nodes: done } };
}

/** The branch of an `If` whose condition the nodes before it make from constants; undefined where it varies between runs. */
async function chosen(node: OnnxModelNode, before: OnnxModel, importPart: ImportPart): Promise<OnnxGraph | undefined> {
  const condition = node.inputs[0] ?? '';
  const needed = coneOf(condition, before.graph.nodes);
  const value = needed.some(isIf)
    ? undefined
    : await valueOf(condition, { ...before, graph: { ...before.graph, nodes: needed } }, importPart);
  const branch = value === undefined ? undefined : node.attributes.get(value === 0 ? 'else_branch' : 'then_branch');
  return branch?.type === 'graph' ? branch.value : undefined;
}

function isIf({ type, domain }: OnnxModelNode): boolean {
  return type === 'If' && domain === '';
}

/** The nodes that a tensor is made by. */
function coneOf(tensor: string, ordered: readonly OnnxModelNode[]): readonly OnnxModelNode[] {
  const needed = new Set([tensor]);
  const cone = ordered.toReversed().filter(({ inputs, outputs }) => {
    const counts = outputs.some((output) => output !== '' && needed.has(output));
    if (counts) for (const input of inputs) needed.add(input);
    return counts;
  });
  return cone.reverse();
}

/** The number of a tensor that is the same in every run; undefined where it varies, or cannot be computed. */
async function valueOf(name: string, model: OnnxModel, importPart: ImportPart): Promise<number | undefined> {
  const outputs = [{ name, elementType: undefined, shape: undefined }];
  try {
    const graph = await importPart({ ...model, graph: { ...model.graph, outputs } });
    const numbers = graph.constants.get(graph.outputs[0]!)?.data;
    return numbers?.length === 1 ? numbers[0] : undefined;
  } catch (error) {
    if (error instanceof UnsupportedOpError) return undefined;
    throw error;
  }
}

/** The nodes of a branch. What it makes itself gets names of its own, what it takes from around it keeps them. */
function branchOf(
  node: OnnxModelNode,
  { nodes, initializers, outputs }: OnnxGraph,
  prefix: string,
): Pick<OnnxGraph, 'nodes' | 'initializers'> {
  const made = new Set(nodes.flatMap((inner) => inner.outputs));
  const results = outputs.map(({ name }) => name);
  const names = new Map<string, string>();
  for (const name of [...made, ...initializers.keys()]) names.set(name, name && prefix + name);
  for (const [i, name] of results.entries())
    if (made.has(name) && results.indexOf(name) === i && node.outputs[i]) names.set(name, node.outputs[i]);
  const rename: Rename = (name) => names.get(name) ?? name;
  const body = nodes.map((inner) => renamed(inner, rename, prefix, node.opset, () => undefined));
  const others = results.flatMap((name, i) => {
    const to = node.outputs[i] ?? '';
    return to === '' || rename(name) === to ? [] : [identity(rename(name), to)];
  });
  return {
    nodes: [...body, ...others],
    initializers: new Map([...initializers].map(([name, tensor]) => [rename(name), tensor])),
  };
}

/** What goes before the names of what a node stands for; each once. */
function prefixes(): (node: OnnxModelNode) => string {
  let count = 0;
  return ({ name, outputs, type }) => `${name || outputs.find((output) => output !== '') || type}/${String(++count)}/`;
}
