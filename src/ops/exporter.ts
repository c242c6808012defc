import type { Value } from '../ir/graph.ts';
import type { NodeContext } from '../ir/node.ts';
import type { Shape } from '../tensor/shape.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';

/** An attribute of an ONNX node: floats are marked, since a whole number may be meant as one. */
export type OnnxAttributeValue = number | string | readonly number[] | { readonly float: number };

export type OnnxAttributes = Readonly<Record<string, OnnxAttributeValue>>;

/** TensorProto.DataType. */
export const ONNX_TYPES = { float32: 1, int64: 7, bool: 9, float16: 10 } as const;

/** Whether numbers of this type are written as float32; all others are written as int64. */
export function isFloat(dtype: DType): boolean {
  return dtype.startsWith('float');
}

/** What an exporter writes ONNX nodes to. */
export interface OnnxTarget {
  /** Appends a node of opset 18 that makes these tensors. */
  node(operator: string, inputs: readonly string[], outputs: readonly string[], attributes?: OnnxAttributes): void;
  /** Appends a node that makes one tensor more, and returns its name. */
  add(operator: string, inputs: readonly string[], attributes?: OnnxAttributes): string;
  /** A name that no tensor has yet. */
  name(like: string): string;
  /** Whole numbers as a tensor of int64; a list by default. */
  whole(values: readonly number[], shape?: Shape): string;
  /** A number as a tensor of float32 without axes. */
  scalar(value: number): string;
  /** A tensor of float32. */
  numbers(shape: Shape, values: ArrayLike<number>): string;
  /** A tensor that lies in the file as float16, in which it takes half the room, and is float32 from here on. */
  halves(shape: Shape, bits: Uint16Array): string;
  /** The numbers of a tensor of the graph, where they are constant. */
  constant(name: string): Tensor | undefined;
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
