import type { AddOptions, GraphBuilder } from '../../ir/builder.ts';
import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { axisOf, named } from '../internal/onnx.ts';
import { alongAxis, unsqueeze } from '../internal/view.ts';

/**
 * What is greatest and where, composed of comparisons that are made of signs. Indices are floats: whole numbers do not vary here.
 */
export const orders: Readonly<Record<string, OnnxImporter>> = {
  ArgMax: (n) => importArg(n, 'max'),
  ArgMin: (n) => importArg(n, 'min'),
  TopK: importTopK,
};

/** Comparisons of a sort: each of n numbers with each other. */
const MOST_COMPARED: number = 2 ** 22;

/** Adds under the node's name. */
function adding(n: OnnxNode) {
  return (type: string, inputs: readonly string[], attributes: object = {}, options: AddOptions = {}): string =>
    n.builder.add(type, inputs, { ...attributes }, { name: n.name, ...options });
}

/** 0, 1, 2, … along an axis of tensors of `rank` axes. */
function countedAlong(builder: GraphBuilder, name: string, size: number, axis: number, rank: number): string {
  const list = builder.constant(
    `${name}/places`,
    float32(
      [size],
      Array.from({ length: size }, (_, i) => i),
    ),
  );
  return alongAxis(builder, list, axis, rank);
}

/** The least index at which x is the extreme, or the greatest. */
function importArg(n: OnnxNode, mode: 'max' | 'min'): readonly string[] {
  const { shape } = n.value(0);
  const axis = axisOf(n, n.int('axis', 0), shape.length);
  const size = shape[axis]!;
  const add = adding(n);
  const extreme = add('reduce', [n.input(0)], { mode, axes: [axis], keepdims: true });
  // 1 where x is something else, 0 where it is the extreme
  const other = add('abs', [add('sign', [add('sub', [n.input(0), extreme])])]);
  const last = n.int('select_last_index', 0) === 1;
  const away = add('mul', [other, n.builder.scalar(last ? -size : size)]);
  const places = add('add', [away, countedAlong(n.builder, n.name, size, axis, shape.length)]);
  const found = { mode: last ? 'max' : 'min', axes: [axis], keepdims: n.int('keepdims', 1) === 1 };
  return [add('reduce', [places], found, named(n))];
}

/**
 * The k greatest in descending order, of equal ones the first one first. The rank of an element is the number of those before
 * it; the elements of the first ranks are picked by sums of which all but one term are 0.
 */
function importTopK(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const rank = shape.length;
  const axis = axisOf(n, n.int('axis', -1), rank);
  const k = n.opset < 10 ? n.int('k', 0) : (n.whole(1)?.[0] ?? n.refuse('it has no k'));
  const size = shape[axis]!;
  if (k < 1 || k > size) n.refuse(`the ${String(k)} greatest of ${String(size)}`);
  if (sizeOf(shape) * size > MOST_COMPARED) {
    n.refuse(
      `${(sizeOf(shape) * size).toLocaleString('en')} comparisons; ${MOST_COMPARED.toLocaleString('en')} are possible`,
    );
  }
  const add = adding(n);
  const { builder } = n;
  // x along the axis after a new one, which runs through what it is compared with
  const x = unsqueeze(builder, n.input(0), [axis]);
  const others = unsqueeze(builder, n.input(0), [axis + 1]);
  const greater = n.int('largest', 1) === 1 ? [others, x] : [x, others];
  const order = builder.constant(
    `${n.name}/order`,
    float32(
      [size, size],
      new Float32Array(size ** 2).map((_, i) => (Math.floor(i / size) < i % size ? 0.5 : 0)),
    ),
  );
  const behind = Array.from({ length: rank - 1 - axis }, (_, i) => i + 2);
  // Equals that come first are before too.
  const difference = add('add', [add('sign', [add('sub', greater)]), unsqueeze(builder, order, behind)]);
  const before = add('relu', [add('sign', [difference])]);
  const ranks = add('reduce', [before], { mode: 'sum', axes: [axis], keepdims: true });
  const wanted = countedAlong(builder, n.name, k, axis, rank + 1);
  const miss = add('abs', [add('sign', [add('sub', [ranks, wanted])])]);
  const hit = add('sub', [builder.scalar(1), miss]);
  const picked = (numbers: string, options?: AddOptions): string =>
    add('reduce', [add('mul', [hit, numbers])], { mode: 'sum', axes: [axis + 1], keepdims: false }, options);
  const values = picked(x, named(n));
  if (!n.wants(1)) return [values];
  return [values, picked(countedAlong(builder, n.name, size, axis + 1, rank + 1), { outputs: [n.outputs[1]!] })];
}
