import { sizeOf, stridesOf } from '../../tensor/shape.ts';
import { BYTES, inParts } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { copying, wordsOf } from './copies.loop.ts';
import { sourcesAlong, type PadAttributes } from './pad.ts';

const bits = new Int32Array(1);
const number = new Float32Array(bits.buffer);

/** A constant border: y is filled with it, then what is left of x is copied into the middle. Others element by element. */
export const pad: Loop<PadAttributes> = ({ attributes, inputs, outputs }, machine) => {
  const [x, y] = [inputs[0]!.shape, outputs[0]!.shape];
  const size = sizeOf(y);
  const [xStrides, yStrides] = [stridesOf(x), stridesOf(y)];
  if (attributes.mode === 'constant') {
    const { low, interior, value } = attributes;
    // The first and the last of x along each axis that are not cut off.
    const steps = interior.map((n) => n + 1);
    const first = low.map((n, axis) => Math.max(Math.ceil(-n / steps[axis]!), 0));
    const last = x.map((n, axis) => Math.min(n - 1, Math.floor((y[axis]! - 1 - low[axis]!) / steps[axis]!)));
    const shape = first.map((n, axis) => Math.max(last[axis]! - n + 1, 0));
    const dot = (list: readonly number[], strides: readonly number[]): number =>
      list.reduce((sum, n, axis) => sum + n * strides[axis]!, 0);
    const from = { offset: dot(first, xStrides), strides: xStrides };
    const starts = first.map((n, axis) => n * steps[axis]! + low[axis]!);
    const to = { offset: dot(starts, yStrides), strides: yStrides.map((n, axis) => n * steps[axis]!) };
    const { units, run } = copying(shape, from, to);
    const whole = sizeOf(shape) === size;
    number[0] = value;
    const word = inputs[0]!.dtype === 'uint32' ? value : bits[0]!;
    return inParts(Math.max(units, 1), size, ({ inputs: [xAt], outputs: [yAt] }) => (begin, end) => {
      const words = wordsOf(machine);
      if (begin === 0 && !whole) words.fill(word, yAt! / BYTES, yAt! / BYTES + size);
      run(words, xAt! / BYTES, yAt! / BYTES, begin, Math.min(end, units));
    });
  }
  const sources = y.map((n, axis) =>
    sourcesAlong(attributes, axis, x[axis]!, n).map((source) => source * xStrides[axis]!),
  );
  const along = sources.at(-1) ?? Int32Array.of(0);
  const rows = along.length === 0 ? 0 : size / along.length;
  return inParts(rows, size, ({ inputs: [xAt], outputs: [yAt] }) => (begin, end) => {
    const words = wordsOf(machine);
    for (let row = begin; row < end; row++) {
      let from = xAt! / BYTES;
      let rest = row;
      for (let axis = y.length - 2; axis >= 0; axis--) {
        from += sources[axis]![rest % y[axis]!]!;
        rest = Math.floor(rest / y[axis]!);
      }
      const to = yAt! / BYTES + row * along.length;
      for (let i = 0; i < along.length; i++) words[to + i] = words[from + along[i]!]!;
    }
  });
};
