import { BYTES, inParts, overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { lrnNeighbours, type LrnAttributes } from './neighbours.ts';

/** A power costs a plain loop as much as so many multiplications. */
const POWER = 20;
/** Numbers of a channel that the kernel puts aside. */
const ASIDE = 8;

/** The exponent in quarters where it is some of them: roots and products make such powers. */
function quartersOf({ beta }: LrnAttributes): number | undefined {
  const quarters = 4 * beta;
  return Number.isInteger(quarters) && quarters >= 1 && quarters <= 8 ? quarters : undefined;
}

export const lrn: Loop<LrnAttributes> = (context, machine) => {
  const { attributes, inputs } = context;
  const { shape } = inputs[0]!;
  const { c, inner, before, after } = lrnNeighbours(attributes, shape);
  const { alpha, beta, bias, size } = attributes;
  const quarters = quartersOf(attributes);
  const { kernels } = machine;
  const [images, image] = [shape[0]!, c * inner];
  const operations = images * image * size;
  if (kernels && quarters) {
    return inParts(images, operations, ({ inputs: [xAt], outputs: [yAt] }) => (from, to) => {
      for (let i = from; i < to; i++) {
        const start = BYTES * i * image;
        kernels.run.lrn(xAt! + start, c, inner, before, after, alpha / size, bias, quarters, yAt! + start);
      }
    });
  }
  const cost = operations + POWER * images * image;
  return overTensors(context, machine, [images * c, cost], ({ inputs: [x], outputs: [y] }, from, to) => {
    for (let i = from * inner; i < to * inner; i++) y![i] = x![i]! * denominatorOf(attributes, shape, x!, i) ** -beta;
  });
};

/** bias + alpha/size · Σ x² over the neighbours of an element. */
function denominatorOf(attributes: LrnAttributes, shape: readonly number[], x: Numbers, i: number): number {
  const { c, inner, before, after } = lrnNeighbours(attributes, shape);
  const channel = Math.floor(i / inner) % c;
  let squares = 0;
  for (let j = Math.max(channel - before, 0); j <= Math.min(channel + after, c - 1); j++)
    squares += x[i + (j - channel) * inner]! ** 2;
  return attributes.bias + (attributes.alpha / attributes.size) * squares;
}

export const lrnGrad: Loop<LrnAttributes> = (context, machine) => {
  const { attributes, inputs } = context;
  const { shape } = inputs[0]!;
  const { c, inner, before, after } = lrnNeighbours(attributes, shape);
  const { alpha, beta, bias, size } = attributes;
  const quarters = quartersOf(attributes);
  const { kernels, memory } = machine;
  const [images, image] = [shape[0]!, c * inner];
  const operations = 2 * images * image * size;
  const factor = (2 * alpha * beta) / size;
  if (kernels && quarters) {
    return inParts(
      images,
      operations,
      ({ inputs: [xAt, dyAt], outputs: [dxAt], scratch }) =>
        (from, to) => {
          for (let i = from; i < to; i++) {
            const start = BYTES * i * image;
            const [x, dy, dx] = [xAt! + start, dyAt! + start, dxAt! + start];
            kernels.run.lrnGrad(x, dy, c, inner, before, after, alpha / size, bias, quarters, factor, dx, scratch);
          }
        },
      { scratch: BYTES * ASIDE * c },
    );
  }
  const cost = operations + 2 * POWER * images * image;
  return overTensors(
    context,
    machine,
    [images, cost],
    ({ inputs: [x, dy], outputs: [dx] }, from, to, at) => {
      const shares = memory.floats(at.scratch, image);
      for (let first = from * image; first < to * image; first += image) {
        for (let i = 0; i < image; i++) {
          const d = denominatorOf(attributes, shape, x!, first + i);
          const passed = dy![first + i]! * d ** -beta;
          dx![first + i] = passed;
          shares[i] = (passed * x![first + i]!) / d;
        }
        for (let i = 0; i < image; i++) {
          const channel = Math.floor(i / inner);
          let sum = 0;
          for (let j = Math.max(channel - after, 0); j <= Math.min(channel + before, c - 1); j++)
            sum += shares[i + (j - channel) * inner]!;
          dx![first + i]! -= factor * x![first + i]! * sum;
        }
      }
    },
    { scratch: BYTES * image },
  );
};
