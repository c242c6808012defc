import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A tensor of the file. `tensor` is undefined where its element type has no counterpart here (strings, complex, float8…). */
export interface OnnxTensor {
  readonly name: string;
  /** As ONNX names it, in small letters: `float`, `float16`, `int64`, `string`… */
  readonly elementType: string;
  readonly shape: Shape;
  readonly tensor: Tensor | undefined;
}

/** A size, the symbol that stands for one, or '' where the file says nothing. */
export type OnnxDim = number | string;

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  /** Undefined for sequences, maps and the like. */
  readonly elementType: string | undefined;
  /** Undefined where not even the rank is known. */
  readonly shape: readonly OnnxDim[] | undefined;
}

export type OnnxAttribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'graph'; readonly value: OnnxGraph }
  /** In a function: the attribute of this name of the node that calls it. */
  | { readonly type: 'reference'; readonly value: string }
  /** Sparse tensors, types: seen, not read. */
  | { readonly type: 'other' };

/** A node as the file has it. */
export interface OnnxModelNode {
  readonly type: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** Of a function's node: the operator set that the function imports, where it says. */
  readonly opset?: number | undefined;
}

/** An operator that the file itself defines. */
export interface OnnxFunction {
  /** `domain:name` */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that a node which calls it need not have. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly nodes: readonly OnnxModelNode[];
  readonly opsets: ReadonlyMap<string, number>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxModelNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The content of an ONNX file as plain values; nothing is interpreted yet. */
export interface OnnxModel {
  readonly irVersion: number;
  /** Name and version of the program that wrote the file. */
  readonly producer: string;
  /** Domain → version of the operator set; '' is the default domain. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Few files have any: as they lie in the file, they are read where they are wanted. */
  readonly functions: readonly (OnnxFunction | Uint8Array)[];
  readonly graph: OnnxGraph;
}
