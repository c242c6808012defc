import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import type { ConcatAttributes } from './concat.ts';
import type { ExpandAttributes } from './expand.ts';
import type { PadAttributes } from './pad.ts';
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

function pad({ attributes, inputs: [x], outputs }: NodeContext<PadAttributes>, to: OnnxTarget): void {
  const { low, high, interior, mode, value } = attributes;
  if (interior.some((n) => n !== 0)) to.refuse('zeros between the elements');
  if (mode === 'wrap') to.refuse('a border that comes round again, which opset 18 does not have');
  to.node('Pad', [x!.name, to.whole([...low, ...high]), to.scalar(value)], namesOf(outputs), { mode });
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

export const exporters: Exporters = { concat, expand, pad, reshape, slice, transpose };
