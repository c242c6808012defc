import type { Shape } from '../tensor/shape.ts';
import type { DType } from '../tensor/tensor.ts';
import type { Attributes, Node, Value } from './graph.ts';

/** What a shape rule returns for each output. */
export interface Result {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A node with its attributes typed and its tensors looked up. Absent optional inputs are undefined. */
export interface NodeContext<A> {
  readonly node: Node;
  readonly attributes: A;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
}

/** The outputs of a node in float64, from those of its inputs that are given. */
export type Reference<A> = (
  context: NodeContext<A>,
  inputs: readonly (Float64Array | undefined)[],
) => readonly Float64Array[];

/** What a graph needs of an op while it is built: shapes, and numbers where all inputs are constants. */
export interface Arithmetic<A extends Attributes = Attributes> {
  /** Number of outputs beyond the first that a node may have. */
  readonly extraOutputs?: number;
  /** Shapes and types of the outputs (all possible ones). Throws {@link ShapeError} naming op, node, expected, got. */
  infer(context: Omit<NodeContext<A>, 'outputs'>): readonly Result[];
  /**
   * The outputs in float64, written for clarity: folds constants, and is the reference the shaders are tested against. Most
   * operations have it in a file of its own, <op>.reference.ts, which is fetched when something is computed in float64.
   */
  evaluate?(context: NodeContext<A>, inputs: readonly (Float64Array | undefined)[]): readonly Float64Array[];
  /** `evaluate` takes arrays of other numbers as well, and only moves them or reads each once: they need no copy in float64. */
  readonly anyNumbers?: boolean;
  /** The output is the input's memory under another shape: nothing is launched. */
  readonly view?: boolean;
  /** Floating-point operations of one run: multiply and add count as two. */
  flops?(context: NodeContext<A>): number;
}
