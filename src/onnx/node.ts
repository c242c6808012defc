import { ModelFormatError } from '../errors.ts';
import type { GraphBuilder } from '../ir/builder.ts';
import type { Value } from '../ir/graph.ts';
import type { OnnxNode } from '../ir/op.ts';
import { MAX_LIST } from '../limits.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import type { OnnxAttribute, OnnxModelNode, OnnxTensor } from './model.ts';

/** Thrown by {@link OnnxNode.refuse}; collected, never seen by a caller. */
export class Refusal extends Error {}

/** What importers of ops see of a node. Its inputs are names in the graph being built, not in the file. */
export class ModelNode implements OnnxNode {
  readonly type: string;
  readonly name: string;
  readonly opset: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly builder: GraphBuilder;
  readonly #attributes: ReadonlyMap<string, OnnxAttribute>;

  constructor(node: OnnxModelNode, name: string, opset: number, inputs: readonly string[], builder: GraphBuilder) {
    this.type = node.type;
    this.name = name;
    this.opset = opset;
    this.inputs = trimmed(inputs);
    this.outputs = trimmed(node.outputs);
    this.builder = builder;
    this.#attributes = node.attributes;
  }

  has(attribute: string): boolean {
    return this.#attributes.has(attribute);
  }

  int(attribute: string, fallback: number): number {
    return this.#get(attribute, 'int')?.value ?? fallback;
  }

  float(attribute: string, fallback: number): number {
    const value = this.#get(attribute, 'float')?.value ?? fallback;
    return Number.isNaN(value) ? this.refuse(`${attribute} is NaN`) : value;
  }

  string(attribute: string, fallback: string): string {
    return this.#get(attribute, 'string')?.value ?? fallback;
  }

  ints(attribute: string, fallback: readonly number[]): readonly number[];
  ints(attribute: string): readonly number[] | undefined;
  ints(attribute: string, fallback?: readonly number[]): readonly number[] | undefined {
    return this.#get(attribute, 'ints')?.value ?? fallback;
  }

  list(attribute: string, count: number, fallback: number): readonly number[] {
    const numbers = this.ints(attribute, new Array<number>(count).fill(fallback));
    if (numbers.length === count) return numbers;
    return this.refuse(`${attribute} has ${String(numbers.length)} values, not ${String(count)}`);
  }

  floats(attribute: string): readonly number[] | undefined {
    return this.#get(attribute, 'floats')?.value;
  }

  tensor(attribute: string): Tensor | undefined {
    const found = this.#get(attribute, 'tensor')?.value;
    return found && (numbersOf(found) ?? this.refuse(`a constant of element type ${found.elementType}`));
  }

  given(index: number): boolean {
    return (this.inputs[index] ?? '') !== '';
  }

  input(index: number): string {
    const name = this.inputs[index] ?? '';
    if (name !== '') return name;
    throw new ModelFormatError(`${this.type} has no input ${String(index)}`, { where: `node "${this.name}"` });
  }

  value(index: number): Value {
    return this.builder.value(this.input(index));
  }

  constant(index: number): readonly number[] | undefined {
    if (!this.given(index)) return undefined;
    const constant = this.builder.constantOf(this.input(index));
    if (!constant) this.refuse(`input ${String(index)} must be a constant`);
    const { length } = constant.data;
    if (length > MAX_LIST)
      this.refuse(`input ${String(index)} has ${String(length)} numbers, at most ${String(MAX_LIST)}`);
    return [...constant.data];
  }

  whole(index: number): readonly number[] | undefined {
    const numbers = this.constant(index);
    const broken = numbers?.find((n) => !Number.isInteger(n));
    return broken === undefined ? numbers : this.refuse(`input ${String(index)} holds ${String(broken)}`);
  }

  wants(index: number): boolean {
    return (this.outputs[index] ?? '') !== '';
  }

  refuse(reason: string): never {
    throw new Refusal(reason);
  }

  #get<T extends OnnxAttribute['type']>(name: string, type: T): Extract<OnnxAttribute, { type: T }> | undefined {
    const found = this.#attributes.get(name);
    if (found === undefined || isOf(found, type)) return found;
    throw new ModelFormatError(`${this.type} has an attribute "${name}" of the wrong type`, {
      where: `node "${this.name}"`,
      expected: type,
      got: found.type,
    });
  }
}

/** A tensor of the file as a constant of the graph: doubles become float32, as all arithmetic on the GPU is. */
export function numbersOf({ tensor }: OnnxTensor): Tensor | undefined {
  return tensor?.dtype === 'float64' ? float32(tensor.shape, tensor.data) : tensor;
}

function isOf<T extends OnnxAttribute['type']>(
  attribute: OnnxAttribute,
  type: T,
): attribute is Extract<OnnxAttribute, { type: T }> {
  return attribute.type === type;
}

/** Without optional ones left out at the end. */
function trimmed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}
