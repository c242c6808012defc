import type { Value } from '../ir/graph.ts';
import type { NodeContext } from '../ir/node.ts';

/** An attribute of an ONNX node: floats are marked, since a whole number may be meant as one. */
export type OnnxAttributeValue = number | string | readonly number[] | { readonly float: number };

/** What an exporter writes ONNX nodes to. */
export interface OnnxTarget {
  /** Appends a node of opset 18 that makes these tensors. */
  node(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttributeValue>>,
  ): void;
  /** A name that no tensor has yet. */
  name(like: string): string;
  /** A list of whole numbers as a tensor of int64. */
  whole(values: readonly number[]): string;
  /** A number as a tensor of float32 without axes. */
  scalar(value: number): string;
  /** Says that this form of the operation cannot be written; collected with all others of the graph. */
  refuse(reason: string): never;
}

/** Writes the ONNX nodes that compute a node. */
export type OnnxExporter<A> = (context: NodeContext<A>, to: OnnxTarget) => void;

/** Exporters by type of op. */
export type Exporters = Readonly<Record<string, OnnxExporter<never>>>;

/** Names of a node's tensors; '' where an optional input is not given. */
export function namesOf(values: readonly (Value | undefined)[]): readonly string[] {
  return values.map((value) => value?.name ?? '');
}

/** An op that is an operator of ONNX with the same inputs; `attributes` are its floats by name. */
export function sameOperator<A extends object>(
  operator: string,
  ...attributes: readonly (keyof A & string)[]
): OnnxExporter<A> {
  return ({ inputs, outputs, attributes: own }, to) => {
    const floats = attributes.map((name) => [name, { float: own[name] as number }] as const);
    to.node(operator, namesOf(inputs), namesOf(outputs), Object.fromEntries(floats));
  };
}
