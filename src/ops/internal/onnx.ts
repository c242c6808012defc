import type { AddOptions } from '../../ir/builder.ts';
import type { Attributes } from '../../ir/graph.ts';
import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { normalizeAxis } from '../../tensor/shape.ts';

/** The names that the file gives the node and its first output. */
export function named(n: OnnxNode): AddOptions {
  return { name: n.name, outputs: [n.outputs[0]!] };
}

/** Appends `type` under the names that the file gives the node and its first output. */
export function emit(n: OnnxNode, type: string, inputs: readonly string[], attributes: Attributes = {}): string {
  return n.builder.add(type, inputs, attributes, named(n));
}

/** An operator that maps one to one: its `count` inputs in the same order. */
export function same(type: string, count = 1, attributes?: (n: OnnxNode) => Attributes): OnnxImporter {
  return (n) => [
    emit(
      n,
      type,
      Array.from({ length: count }, (_, i) => n.input(i)),
      attributes?.(n),
    ),
  ];
}

/** Whether all that is given to a node is known. */
export function allConstant(n: OnnxNode): boolean {
  return n.inputs.every((_, i) => !n.given(i) || n.builder.constantOf(n.input(i)) !== undefined);
}

/** All inputs of an operator that takes any number of them, but for none. */
export function operandsOf(n: OnnxNode): string[] {
  return Array.from({ length: Math.max(n.inputs.length, 1) }, (_, i) => n.input(i));
}

/** Folds n-ary operators (Sum, Max, Min) into a chain of binary ones. */
export function chain(type: string): OnnxImporter {
  return (n) => {
    const names = operandsOf(n);
    const last = names.pop()!;
    if (names.length === 0) return [last];
    const rest = names.reduce((sum, name) => n.builder.add(type, [sum, name], {}, { name: n.name }));
    return [emit(n, type, [rest, last])];
  };
}

/** An axis counted from the front; refuses the node when there is no such axis. */
export function axisOf(n: OnnxNode, axis: number, rank: number): number {
  return (
    normalizeAxis(axis, rank) ?? n.refuse(`axis ${String(axis)} does not exist in a tensor of rank ${String(rank)}`)
  );
}

/** What a string attribute stands for; refuses the node where it is none of the options. */
export function choose<T>(n: OnnxNode, attribute: string, options: Readonly<Record<string, T>>, fallback: string): T {
  const name = n.string(attribute, fallback);
  return Object.hasOwn(options, name) ? options[name]! : n.refuse(`${attribute} "${name}"`);
}

/** Integers that were an attribute before opset `since` and are an input from then on; undefined when not given. */
export function attributeOrInput(
  n: OnnxNode,
  name: string,
  index: number,
  since: number,
): readonly number[] | undefined {
  return n.opset < since ? n.ints(name) : n.whole(index);
}
