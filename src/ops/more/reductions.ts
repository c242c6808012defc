import type { GraphBuilder } from '../../ir/builder.ts';
import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { emit, named } from '../internal/onnx.ts';
import { sliceAlong, squeeze } from '../internal/view.ts';
import { axesOf } from '../reduce/reductions.ts';

/** The opset from which on the axes are an input. */
const AXES_AS_INPUT = 18;

/** Reductions that are sums of something, or something of sums. Of no axes at all they are what is left without the sum. */
export const reductions: Readonly<Record<string, OnnxImporter>> = {
  ReduceL1: (n) => sumOf(n, (options) => n.builder.add('abs', [n.input(0)], {}, options)),
  ReduceSumSquare: (n) => sumOf(n, (options) => n.builder.add('mul', [n.input(0), n.input(0)], {}, options)),
  ReduceLogSum: (n) => {
    const what = axesOf(n, AXES_AS_INPUT);
    const sum = what ? n.builder.add('reduce', [n.input(0)], { mode: 'sum', ...what }, { name: n.name }) : n.input(0);
    return [emit(n, 'log', [sum])];
  },
  ReduceLogSumExp: importLogSumExp,
  ReduceProd: importProduct,
};

/** The sum of what `terms` appends under the given names. */
function sumOf(n: OnnxNode, terms: (options: ReturnType<typeof named>) => string): readonly string[] {
  const what = axesOf(n, AXES_AS_INPUT);
  return [what ? emit(n, 'reduce', [terms({ name: n.name })], { mode: 'sum', ...what }) : terms(named(n))];
}

/** m + ln Σ e^(x − m) with the maximum m, so that no exponential is too large: NaN of rows where m is infinite, as a softmax is. */
function importLogSumExp(n: OnnxNode): readonly string[] {
  const what = axesOf(n, AXES_AS_INPUT);
  if (!what) return [n.input(0)];
  const add = (type: string, inputs: readonly string[], attributes = {}): string =>
    n.builder.add(type, inputs, attributes, { name: n.name });
  const kept = { axes: what.axes, keepdims: true };
  const top = add('reduce', [n.input(0)], { mode: 'max', ...kept });
  const sum = add('reduce', [add('exp', [add('sub', [n.input(0), top])])], { mode: 'sum', ...kept });
  if (what.keepdims) return [emit(n, 'add', [top, add('log', [sum])])];
  return [squeeze(n.builder, add('add', [top, add('log', [sum])]), what.axes, named(n))];
}

/** Axis by axis. Products of halves instead of logarithms: these know no signs, and zeros have gradients. */
function importProduct(n: OnnxNode): readonly string[] {
  const what = axesOf(n, AXES_AS_INPUT);
  if (!what) return [n.input(0)];
  const { axes, keepdims } = what;
  const { shape, dtype } = n.value(0);
  const all = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const ofNothing = axes.some((axis) => shape[axis] === 0);
  const product = ofNothing
    ? n.builder.computed(n.name, `node "${n.name}"`, dtype, all, () => new Array<number>(sizeOf(all)).fill(1))
    : axes.reduce((x, axis) => productAlong(n.builder, x, axis, n.name), n.input(0));
  return [squeeze(n.builder, product, keepdims ? [] : axes, named(n))];
}

function productAlong(builder: GraphBuilder, x: string, axis: number, name: string): string {
  const times = (a: string, b: string): string => builder.add('mul', [a, b], {}, { name });
  const part = (of: string, start: number, size: number): string =>
    sliceAlong(builder, of, axis, start, size, { name });
  const odd: string[] = [];
  let product = x;
  for (let size = builder.value(x).shape[axis]!; size > 1; size = Math.floor(size / 2)) {
    const half = Math.floor(size / 2);
    if (size % 2 === 1) odd.push(part(product, size - 1, 1));
    product = times(part(product, 0, half), part(product, half, half));
  }
  return odd.reduce(times, product);
}
