import type { Value } from '../../ir/graph.ts';
import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import { asWhole, upTo } from '../internal/whole.export.ts';
import type { ConcatAttributes } from './concat.ts';
import type { ExpandAttributes } from './expand.ts';
import type { GatherAttributes } from './gather.ts';
import { sourcesAlong, type PadAttributes } from './pad.ts';
import type { ReshapeAttributes } from './reshape.ts';
import type { SliceAttributes } from './slice.ts';
import type { TransposeAttributes } from './transpose.ts';

/** "To the end" in either direction: ONNX clamps it. */
const BEYOND = 2 ** 31 - 1;

function concat({ attributes: { axis }, inputs, outputs }: NodeContext<ConcatAttributes>, to: OnnxTarget): void {
  to.node('Concat', namesOf(inputs), namesOf(outputs), { axis });
}

function expand({ attributes: { shape }, inputs: [x], outputs }: NodeContext<ExpandAttributes>, to: OnnxTarget): void {
  to.node('Expand', [x!.name, to.whole(shape)], namesOf(outputs));
}

function pad({ attributes, inputs: [x], outputs: [y] }: NodeContext<PadAttributes>, to: OnnxTarget): void {
  const { low, high, interior, mode, value } = attributes;
  const once = x!.shape.every((n, axis) => Math.max(low[axis]!, high[axis]!) < n);
  if (mode === 'wrap' || (mode === 'reflect' && !once)) {
    repeated(attributes, x!, y!, to);
    return;
  }
  const apart = interior.reduce((tensor, gap, axis) => (gap === 0 ? tensor : spaced(tensor, gap, axis)), x!.name);
  to.node('Pad', [apart, to.whole([...low, ...high]), to.scalar(value)], namesOf([y]), { mode });

  /** With `gap` times the value between the elements: behind each of them, of which those behind the last are cut off. */
  function spaced(tensor: string, gap: number, axis: number): string {
    const shape = x!.shape.map((n, i) => (i < axis ? n + Math.max(n - 1, 0) * interior[i]! : n));
    const only = (n: number): number[] => Array.from({ length: shape.length + 1 }, (_, i) => (i === axis + 1 ? n : 0));
    const single = to.add('Reshape', [tensor, to.whole(shape.toSpliced(axis + 1, 0, 1))]);
    const behind = to.add('Pad', [single, to.whole([...only(0), ...only(gap)]), to.scalar(value)]);
    const flat = to.add('Reshape', [behind, to.whole(shape.with(axis, shape[axis]! * (gap + 1)))]);
    return to.add('Slice', [flat, to.whole([0]), to.whole([-gap]), to.whole([axis])]);
  }
}

/** A border that comes round again, which opset 18 does not have, or is reflected more than once: what it shows is gathered. */
function repeated(attributes: PadAttributes, x: Value, y: Value, to: OnnxTarget): void {
  const axes = [...x.shape.keys()].filter((axis) => attributes.low[axis] !== 0 || attributes.high[axis] !== 0);
  const around = axes.reduce(
    (tensor, axis) =>
      to.add('Gather', [tensor, to.whole([...sourcesAlong(attributes, axis, x.shape[axis]!, y.shape[axis]!)])], {
        axis,
      }),
    x.name,
  );
  to.node('Identity', [around], [y.name]);
}

function gather({ attributes: { axis }, inputs, outputs }: NodeContext<GatherAttributes>, to: OnnxTarget): void {
  to.node('Gather', namesOf(inputs), namesOf(outputs), { axis });
}

/** Row i of y is row (i − down) mod h of x, and so the columns. */
function roll({ inputs: [x, ...offsets], outputs: [y] }: NodeContext<object>, to: OnnxTarget): void {
  const [rows, columns] = offsets.map((offset, i) => {
    const size = x!.shape[i + 2]!;
    const whole = asWhole(to, offset!.name);
    const from = to.add('Sub', [upTo(to, size), whole]);
    return to.add('Mod', [from, to.whole([size])]);
  }) as [string, string];
  to.node('Gather', [to.add('Gather', [x!.name, rows], { axis: 2 }), columns], [y!.name], { axis: 3 });
}

function reshape(
  { attributes: { shape, allowZero }, inputs: [x], outputs }: NodeContext<ReshapeAttributes>,
  to: OnnxTarget,
): void {
  to.node('Reshape', [x!.name, to.whole(shape)], namesOf(outputs), { allowzero: Number(allowZero) });
}

function slice(
  { attributes: { starts, sizes, steps }, inputs: [x], outputs }: NodeContext<SliceAttributes>,
  to: OnnxTarget,
): void {
  const ends = starts.map((start, axis) => {
    const [size, step] = [sizes[axis]!, steps[axis]!];
    const end = start + size * step;
    return size === -1 || end < 0 ? Math.sign(step) * BEYOND : end;
  });
  const lists = [starts, ends, [...starts.keys()], steps].map((list) => to.whole(list));
  to.node('Slice', [x!.name, ...lists], namesOf(outputs));
}

function transpose(
  { attributes: { permutation }, inputs, outputs }: NodeContext<TransposeAttributes>,
  to: OnnxTarget,
): void {
  to.node('Transpose', namesOf(inputs), namesOf(outputs), { perm: permutation });
}

export const exporters: Exporters = { concat, expand, gather, pad, reshape, roll, slice, transpose };
