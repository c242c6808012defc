import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { ONNX_TYPES, type Exporters, type OnnxTarget } from '../exporter.ts';
import { asWhole } from '../internal/whole.export.ts';
import type { MinMaxAttributes } from './min-max.ts';
import { STRONGEST_PLACE, type OneHotAttributes } from './one-hot.ts';

function channel({ inputs: [x, which], outputs: [y] }: NodeContext<object>, to: OnnxTarget): void {
  to.node('Gather', [x!.name, asWhole(to, which!.name)], [y!.name], { axis: 1 });
}

function minMax({ inputs: [x], outputs: [y] }: NodeContext<MinMaxAttributes>, to: OnnxTarget): void {
  const rows = to.add('Reshape', [x!.name, to.whole([y!.shape[0]!, -1])]);
  // No infinity, and no NaN.
  const odd = to.add('Or', [to.add('IsNaN', [rows]), to.add('IsInf', [rows])]);
  const extreme = (operator: 'ReduceMin' | 'ReduceMax', instead: number): string =>
    to.add(operator, [to.add('Where', [odd, to.scalar(instead), rows]), to.whole([1])]);
  const [low, high] = [extreme('ReduceMin', Infinity), extreme('ReduceMax', -Infinity)];
  const none = to.add('Greater', [low, high]);
  const orNaN = (value: string): string => to.add('Where', [none, to.scalar(NaN), value]);
  const at = to.add('ArgMax', [to.add('Where', [odd, to.scalar(-Infinity), rows])], { axis: 1 });
  const place = to.add('Cast', [at], { to: ONNX_TYPES.float32 });
  to.node('Concat', [orNaN(low), orNaN(high), place], [y!.name], { axis: 1 });
}

/** Zeros, and a one at the unit's place: its own, or that of the maximum of its channel. */
function oneHot({ inputs: [extents, unit], outputs: [y] }: NodeContext<OneHotAttributes>, to: OnnxTarget): void {
  const plane = sizeOf(y!.shape.slice(2));
  const numbers = asWhole(to, unit!.name);
  const [own, given] = [0, 1].map((i) => to.add('Gather', [numbers, to.whole([i])])) as [string, string];
  const strongest = to.add('Gather', [to.add('Gather', [extents!.name, own]), to.whole([2], [])], { axis: 1 });
  const isOpen = to.add('Equal', [given, to.whole([STRONGEST_PLACE], [])]);
  const place = to.add('Where', [isOpen, asWhole(to, strongest), given]);
  const index = to.add('Add', [to.add('Mul', [own, to.whole([plane], [])]), place]);
  const zeros = to.add('Expand', [to.scalar(0), to.whole([sizeOf(y!.shape)])]);
  const marked = to.add('ScatterElements', [zeros, index, to.numbers([1], [1])], { axis: 0 });
  to.node('Reshape', [marked, to.whole(y!.shape)], [y!.name]);
}

export const exporters: Exporters = { channel, 'min-max': minMax, 'one-hot': oneHot };
