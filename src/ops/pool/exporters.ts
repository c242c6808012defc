import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import { within } from '../internal/whole.export.ts';
import { alone, ones, reaching, reachingAttributes, transposedAttributes } from '../internal/window.export.ts';
import { poolWindows, type Windows } from '../internal/window.ts';
import type { AveragePoolGradAttributes } from './average-pool-grad.ts';
import { counted, type AveragePoolAttributes } from './average.ts';
import { concrete, LOWEST, type MaxPoolAttributes } from './max-pool.ts';
import type { MaxUnpoolAttributes } from './max-unpool.ts';
import { NOWHERE } from './switches.ts';

/** Switches are what ONNX calls indices: places in the whole of x. */
function maxPool({ node, attributes, inputs: [x], outputs }: NodeContext<MaxPoolAttributes>, to: OnnxTarget): void {
  const own = concrete(attributes, x!.shape);
  const windows = poolWindows(node, x!.shape, own);
  const pool = { ...reachingAttributes(own, windows), kernel_shape: own.kernel };
  if (isNarrow(windows)) {
    to.node('MaxPool', [x!.name], namesOf(outputs), pool);
    return;
  }
  // Runtimes do not take windows that lie in the padding altogether: it is written out.
  const [top, left, bottom, right] = pool.pads;
  const border = to.whole([0, 0, top, left, 0, 0, bottom, right]);
  const padded = to.add('Pad', [x!.name, border, to.scalar(LOWEST)]);
  const [y, switches] = outputs;
  const indices = to.name('indices');
  to.node('MaxPool', [padded], [y!.name, ...(switches ? [indices] : [])], { ...pool, pads: [0, 0, 0, 0] });
  if (!switches) return;
  const [, , height, width] = x!.shape as [number, number, number, number];
  const [rows, columns] = [top + height + bottom, left + width + right];
  const by = (operator: 'Div' | 'Mod', of: string, n: number): string => to.add(operator, [of, to.whole([n], [])]);
  const shifted = (of: string, n: number): string => to.add('Sub', [of, to.whole([n], [])]);
  const row = within(to, shifted(by('Mod', by('Div', indices, columns), rows), top), height);
  const column = within(to, shifted(by('Mod', indices, columns), left), width);
  const plane = to.add('Mul', [by('Div', indices, rows * columns), to.whole([height], [])]);
  const line = to.add('Mul', [to.add('Add', [plane, row.index]), to.whole([width], [])]);
  const inside = to.add('And', [row.inside, column.inside]);
  const place = to.add('Add', [line, column.index]);
  to.node('Where', [inside, place, to.whole([NOWHERE], [])], [switches.name]);
}

/** Whether each window has something of the image. */
function isNarrow({ h, w }: Windows): boolean {
  return [h, w].every((axis) => axis.before < axis.kernel && reaching(axis).after < axis.kernel);
}

/** Written as the sum under each window, which runtimes agree on, times what that is divided by, on which they do not. */
function averagePool(
  { node, attributes, inputs: [x], outputs: [y] }: NodeContext<AveragePoolAttributes>,
  to: OnnxTarget,
): void {
  const windows = poolWindows(node, x!.shape, attributes);
  if (isPlain(windows, attributes)) {
    const { kernel, strides, countIncludePad } = attributes;
    const { h, w } = windows;
    to.node('AveragePool', [x!.name], [y!.name], {
      kernel_shape: kernel,
      strides,
      pads: [h.before, w.before, h.after, w.after],
      count_include_pad: Number(countIncludePad),
    });
    return;
  }
  const sums = to.add('Conv', [alone(to, x!.name, x!.shape), ones(to, attributes.kernel)], {
    ...reachingAttributes(attributes, windows),
    kernel_shape: attributes.kernel,
  });
  const means = to.add('Mul', [sums, shares(to, windows, attributes)]);
  to.node('Reshape', [means, to.whole(y!.shape)], [y!.name]);
}

function averagePoolGrad(
  { node, attributes, inputs: [dy], outputs: [dx] }: NodeContext<AveragePoolGradAttributes>,
  to: OnnxTarget,
): void {
  const windows = poolWindows(node, dx!.shape, attributes);
  const signals = to.add('Mul', [alone(to, dy!.name, dy!.shape), shares(to, windows, attributes)]);
  const spread = to.add('ConvTranspose', [signals, ones(to, attributes.kernel)], {
    ...transposedAttributes(attributes, windows),
    kernel_shape: attributes.kernel,
  });
  to.node('Reshape', [spread, to.whole(dx!.shape)], [dx!.name]);
}

/** Whether windows neither have gaps, which opset 18 does not know, nor hang over, where runtimes differ in what they divide by. */
function isPlain({ h, w }: Windows, { dilations, ceilMode }: AveragePoolAttributes): boolean {
  const inside = [h, w].every(
    ({ size, kernel, stride, before, after, count }) => (count - 1) * stride + kernel <= size + before + after,
  );
  return dilations.every((n) => n === 1) && isNarrow({ h, w }) && (!ceilMode || inside);
}

/** [1, 1, p, q]: 1 over the number of places that count under each window. */
function shares(to: OnnxTarget, { h, w }: Windows, { countIncludePad }: AveragePoolAttributes): string {
  const [rows, columns] = [h, w].map((axis) =>
    Array.from({ length: axis.count }, (_, i) => counted(axis, i, countIncludePad)),
  ) as [number[], number[]];
  // A window in the padding has a sum of 0.
  const values = rows.flatMap((row) => columns.map((column) => 1 / Math.max(row * column, 1)));
  return to.numbers([1, 1, h.count, w.count], values);
}

/** Zeros to which the signals are added at their switches; where the last is to win, those of which no later one has the place. */
function maxUnpool({ node, attributes, inputs, outputs }: NodeContext<MaxUnpoolAttributes>, to: OnnxTarget): void {
  const [dx] = outputs;
  const count = sizeOf(inputs[0]!.shape);
  let [dy, switches] = inputs.map((input) => to.add('Reshape', [input!.name, to.whole([-1])])) as [string, string];
  const inOrder = (): string => to.whole(Array.from({ length: count }, (_, i) => i + 1));
  let order = inOrder;
  // A window in the padding has no place.
  if (!isNarrow(poolWindows(node, dx!.shape, attributes))) {
    const { index, inside } = within(to, switches, sizeOf(dx!.shape));
    dy = to.add('Where', [inside, dy, to.scalar(0)]);
    switches = index;
    order = (): string => to.add('Where', [inside, inOrder(), to.whole([0], [])]);
  }
  const size = to.whole([sizeOf(dx!.shape)]);
  const zeros = to.add('Expand', [to.scalar(0), size]);
  const filled = (signals: string): string =>
    to.add('ScatterElements', [zeros, switches, signals], { axis: 0, reduction: 'add' });
  let sum: string;
  if (attributes.overlap === 'accumulate') sum = filled(dy);
  else {
    const places = order();
    const none = to.add('Expand', [to.whole([0]), size]);
    const last = to.add('ScatterElements', [none, switches, places], { axis: 0, reduction: 'max' });
    const isLast = to.add('Equal', [to.add('GatherElements', [last, switches]), places]);
    sum = filled(to.add('Where', [isLast, dy, to.scalar(0)]));
  }
  to.node('Reshape', [sum, to.whole(dx!.shape)], [dx!.name]);
}

export const exporters: Exporters = {
  'average-pool': averagePool,
  'average-pool-grad': averagePoolGrad,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
};
