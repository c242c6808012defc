import type { DType, Tensor } from '../tensor/tensor.ts';
import type { Shape } from '../tensor/shape.ts';

/** Name, type and shape of one tensor of a graph. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export type Attribute = number | string | boolean | readonly number[];
export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** One operation. Inputs and outputs are tensor names; '' is an optional input that is not there. */
export interface Node {
  /** Key in the table of ops, such as `conv2d`. */
  readonly op: string;
  /** Unique in its graph; the source file's name where there is one. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/**
 * A network, or any computation, as an immutable value. Transforms are pure functions Graph → Graph.
 * Constants keep their identity through transforms, so that one GPU copy serves every graph made from a model.
 */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** In topological order. */
  readonly nodes: readonly Node[];
  /** Every tensor: inputs, constants and what the nodes write. */
  readonly values: ReadonlyMap<string, Value>;
  readonly constants: ReadonlyMap<string, Tensor>;
  /**
   * Names of the source file whose tensor was renamed or merged by a transform → the tensor that holds those numbers
   * now, or a sentence why there is none.
   */
  readonly aliases: ReadonlyMap<string, Alias>;
}

export type Alias = { readonly tensor: string } | { readonly gone: string };
