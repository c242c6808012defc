import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { attributeOrInput, axisOf, emit } from '../internal/onnx.ts';
import type { ReduceAttributes } from './reduce.ts';

/** Reductions over any axes. */
export const reductions: Readonly<Record<string, OnnxImporter>> = {
  ReduceSum: (n) => importReduce(n, 'sum', 13),
  ReduceMean: (n) => importReduce(n, 'mean', 18),
  ReduceL2: (n) => {
    const square = n.builder.add('mul', [n.input(0), n.input(0)], {}, { name: n.name });
    const what = axesOf(n, 18);
    const sum = what ? n.builder.add('reduce', [square], { mode: 'sum', ...what }, { name: n.name }) : square;
    return [emit(n, 'sqrt', [sum])];
  },
  ReduceMax: (n) => importReduce(n, 'max', 18),
  ReduceMin: (n) => importReduce(n, 'min', 18),
};

/** What a node reduces; undefined where nothing. `since`: the opset from which on the axes are an input. */
export function axesOf(n: OnnxNode, since: number): Omit<ReduceAttributes, 'mode'> | undefined {
  const all = [...n.value(0).shape.keys()];
  const given = attributeOrInput(n, 'axes', 1, since) ?? [];
  if (given.length === 0 && n.int('noop_with_empty_axes', 0) === 1) return undefined;
  const axes = given.map((axis) => axisOf(n, axis, all.length)).sort((a, b) => a - b);
  return { axes: axes.length === 0 ? all : axes, keepdims: n.int('keepdims', 1) === 1 };
}

function importReduce(n: OnnxNode, mode: ReduceAttributes['mode'], since: number): readonly string[] {
  const what = axesOf(n, since);
  return [what ? emit(n, 'reduce', [n.input(0)], { mode, ...what }) : n.input(0)];
}
