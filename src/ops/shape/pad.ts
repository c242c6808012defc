import type { GraphBuilder } from '../../ir/builder.ts';
import { ALL, spread } from '../../ir/dependence.ts';
import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import { MAX_REPEATED_AXIS } from '../../limits.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { attributeOrInput, axisOf, emit } from '../internal/onnx.ts';
import { expectFewAxes } from '../internal/strided.ts';
import { sliceAlong } from '../internal/view.ts';

/** For each axis: elements before and behind x (negative: cut off) and between its neighbours. */
export interface PadAttributes {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** All 0 but in mode `constant`. */
  readonly interior: readonly number[];
  readonly mode: 'constant' | 'reflect' | 'edge' | 'wrap';
  readonly value: number;
}

/** x with a border. In mode `constant`, value 0, it is the adjoint of a slice. */
export const pad: Op = defineOp<PadAttributes>({
  type: 'pad',
  perAxis: ['low', 'high', 'interior'],
  dependence: ({ attributes: { low, high, interior, mode }, inputs: [x] }) => [
    x!.shape.map((_, axis) => {
      const plain = low[axis] === 0 && high[axis] === 0;
      // A border of other pixels can show any of them.
      if (mode !== 'constant' && !plain) return ALL;
      return spread(axis, { kernel: 1, stride: interior[axis]! + 1, dilation: 1, before: -low[axis]! });
    }),
  ],
  isIdentity: ({ attributes: { low, high }, inputs: [x], outputs: [y] }) =>
    // Cropping on one side and padding on the other keeps the shape too.
    [...low, ...high].every((n) => n === 0) && sameShape(x!.shape, y!.shape),
  zeroBorder: ({ attributes: { low, high, interior, mode, value }, inputs: [x] }) => {
    if (mode !== 'constant' || value !== 0 || x!.shape.length !== 4 || interior.some((n) => n !== 0)) return undefined;
    const spatial = [...low, ...high].every((n, i) => (i % 4 >= 2 ? n >= 0 : n === 0));
    return spatial ? [...low.slice(2), ...high.slice(2)] : undefined;
  },
  anyNumbers: true,
  infer: ({ node, attributes: { low, high, interior, mode }, inputs: [x] }) => {
    const { shape, dtype } = x!;
    if ([low, high, interior].some((list) => list.length !== shape.length)) {
      throw shapeError(node, 'the border has the wrong rank', `${String(shape.length)} axes`, String(low.length));
    }
    expectFewAxes(node, shape);
    const result = shape.map((n, axis) => low[axis]! + n + Math.max(n - 1, 0) * interior[axis]! + high[axis]!);
    const got = `low [${low.join(', ')}], high [${high.join(', ')}], interior [${interior.join(', ')}], mode ${mode}`;
    if (result.some((n) => n < 0) || interior.some((n) => n < 0 || (n > 0 && mode !== 'constant'))) {
      throw shapeError(node, 'the border does not fit', `one that leaves something of ${formatShape(shape)}`, got);
    }
    if (
      mode !== 'constant' &&
      shape.some((n, axis) => n !== result[axis] && (n === 0 || result[axis]! > MAX_REPEATED_AXIS))
    ) {
      const expected = `something to repeat, at most ${String(MAX_REPEATED_AXIS)} elements along an axis`;
      throw shapeError(node, 'the border cannot repeat what is inside', expected, `${got}, of ${formatShape(shape)}`);
    }
    return [{ dtype, shape: result }];
  },
  backward: ({ builder, attributes, inputs: [x], outputs: [y], dy: [dy] }) => [
    attributes.mode === 'constant'
      ? cut(builder, dy!, attributes)
      : x!.shape.reduce((signal, n, axis) => fold(builder, signal, attributes, axis, n, y!.shape[axis]!), dy!),
  ],
  onnx: { Pad: importPad },
});

/** For each place along an axis of y the place along x that it shows, −1 where it shows the constant. */
export function sourcesAlong(
  { mode, low, interior }: PadAttributes,
  axis: number,
  size: number,
  padded: number,
): Int32Array {
  const period = mode === 'reflect' ? Math.max(2 * (size - 1), 1) : size;
  const step = interior[axis]! + 1;
  const sourceOf = (at: number): number => {
    if (mode === 'constant') return at % step === 0 && at >= 0 && at < size * step ? at / step : -1;
    if (mode === 'edge') return Math.min(Math.max(at, 0), size - 1);
    const turn = ((at % period) + period) % period;
    return turn < size ? turn : period - turn;
  };
  const sources = new Int32Array(padded);
  for (let i = 0; i < padded; i++) sources[i] = sourceOf(i - low[axis]!);
  return sources;
}

/** Adjoint of a constant border: cut it off, then keep every (interior + 1)-th element. */
function cut(builder: GraphBuilder, dy: string, { low, high, interior }: PadAttributes): string {
  const zeros = low.map(() => 0);
  const negative = (list: readonly number[]): number[] => list.map((n) => 0 - n);
  const border = { low: negative(low), high: negative(high), interior: zeros, mode: 'constant', value: 0 };
  const core = builder.add('pad', [dy], border);
  if (interior.every((n) => n === 0)) return core;
  return builder.add('slice', [core], { starts: zeros, sizes: low.map(() => -1), steps: interior.map((n) => n + 1) });
}

/**
 * Adjoint of a border that shows x again, along one axis: y runs through x forwards, backwards (reflect) or stands
 * still (edge); each run is sliced out, turned or summed, put where it came from, and the runs are added.
 */
function fold(
  builder: GraphBuilder,
  dy: string,
  attributes: PadAttributes,
  axis: number,
  size: number,
  padded: number,
): string {
  if (attributes.low[axis] === 0 && attributes.high[axis] === 0) return dy;
  const rank = builder.value(dy).shape.length;
  const only = (value: number, rest: number): number[] =>
    Array.from({ length: rank }, (_, a) => (a === axis ? value : rest));
  const places = sourcesAlong(attributes, axis, size, padded);
  const parts: string[] = [];
  let start = 0;
  while (start < padded) {
    const slope = start + 1 < padded ? places[start + 1]! - places[start]! : 1;
    let end = start + 1;
    while (end < padded && Math.abs(slope) <= 1 && places[end]! - places[end - 1]! === slope) end++;
    const length = slope === 0 ? 1 : end - start;
    const first = slope < 0 ? places[end - 1]! : places[start]!;
    let part = sliceAlong(builder, dy, axis, start, end - start);
    if (slope === 0) part = builder.add('reduce', [part], { mode: 'sum', axes: [axis], keepdims: true });
    else if (slope < 0 && length > 1) {
      const turn = { starts: only(length - 1, 0), sizes: only(-1, -1), steps: only(-1, 1) };
      part = builder.add('slice', [part], turn);
    }
    const border = { low: only(first, 0), high: only(size - first - length, 0), interior: only(0, 0) };
    parts.push(builder.add('pad', [part], { ...border, mode: 'constant', value: 0 }));
    start = end;
  }
  return parts.reduce((sum, part) => builder.add('add', [sum, part]));
}

function importPad(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const pads = attributeOrInput(n, 'pads', 1, 11) ?? n.refuse('it has no pads');
  const value = n.opset < 11 ? n.float('value', 0) : (n.constant(2)?.[0] ?? 0);
  if (Number.isNaN(value)) n.refuse('it fills with NaN');
  const axes = n.opset < 18 ? undefined : n.whole(3)?.map((axis) => axisOf(n, axis, shape.length));
  const mode = n.string('mode', 'constant');
  if (!['constant', 'reflect', 'edge', 'wrap'].includes(mode)) n.refuse(`mode "${mode}"`);
  const low = shape.map(() => 0);
  const high = shape.map(() => 0);
  for (const [i, axis] of (axes ?? [...shape.keys()]).entries()) {
    low[axis] = pads[i]!;
    high[axis] = pads[i + pads.length / 2]!;
  }
  return [emit(n, 'pad', [n.input(0)], { low, high, interior: shape.map(() => 0), mode, value })];
}
