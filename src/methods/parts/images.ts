import { ArgumentError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Preprocessing } from '../../models/manifest.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { gaussian, interpolation } from './matrices.ts';

/** 8-bit steps from black to white: no pixel can move further. */
export const WHITE = 255;

/** Appends images [n, c, h, w] resized by {@link interpolation}. */
export function appendResize(builder: GraphBuilder, x: string, height: number, width: number): string {
  const along = (from: string, size: number): string => {
    const [n, c, a, b] = builder.value(from).shape as [number, number, number, number];
    if (b === size) return builder.add('transpose', [from], { permutation: [0, 1, 3, 2] });
    const rows = builder.add('reshape', [from], { shape: [n * c * a, b], allowZero: false });
    const matrix = builder.constant('interpolation', interpolation(b, size));
    const resized = builder.add('gemm', [rows, matrix], { alpha: 1, beta: 1, transA: false, transB: false });
    const images = builder.add('reshape', [resized], { shape: [n, c, a, size], allowZero: false });
    return builder.add('transpose', [images], { permutation: [0, 1, 3, 2] });
  };
  const { shape } = builder.value(x);
  if (shape[2] === height && shape[3] === width) return x;
  return along(along(x, width), height);
}

/** Appends a Gaussian blur; beyond the border lie the picture's mirror images. */
export function appendBlur(builder: GraphBuilder, x: string, deviation: number): string {
  const [, c, h, w] = builder.value(x).shape as [number, number, number, number];
  const weights = gaussian(deviation);
  const radius = (weights.length - 1) / 2;
  if (radius >= Math.min(h, w)) {
    const expected = `a deviation that fits into ${h}×${w}`;
    throw new ArgumentError('the blur is wider than the image', { expected, got: String(deviation) });
  }
  const kernel = float32([c, 1, weights.length, 1], Array.from({ length: c }, () => weights).flat());
  const border = [0, 0, radius, radius];
  const padded = builder.add('pad', [x], {
    low: border,
    high: border,
    interior: [0, 0, 0, 0],
    mode: 'reflect',
    value: 0,
  });
  return [
    [weights.length, 1],
    [1, weights.length],
  ].reduce((images, [rows, columns]) => {
    const filters = builder.constant('gaussian', { ...kernel, shape: [c, 1, rows!, columns!] });
    const attributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET', group: c };
    return builder.add('conv2d', [images, filters], attributes);
  }, padded);
}

/** Appends the middle of images that transforms made larger, or a border where they made them smaller. */
export function appendFit(builder: GraphBuilder, x: string, height: number, width: number): string {
  const [, , h, w] = builder.value(x).shape as [number, number, number, number];
  if (h === height && w === width) return x;
  const low = [0, 0, Math.floor((height - h) / 2), Math.floor((width - w) / 2)];
  const high = [0, 0, height - h - low[2]!, width - w - low[3]!];
  return builder.add('pad', [x], { low, high, interior: [0, 0, 0, 0], mode: 'constant', value: 0 });
}

/** Appends images [n, c, h, w] cut off at black and white. */
export function withinBounds(builder: GraphBuilder, x: string, { mean }: Preprocessing): string {
  const black = builder.constant('black', perChannel(mean.map((value) => 0 - value)));
  const white = builder.constant('white', perChannel(mean.map((value) => WHITE - value)));
  return builder.add('min', [builder.add('max', [x, black]), white]);
}

/** A number for each channel [1, c, 1, 1]. */
export function perChannel(values: readonly number[]): Tensor {
  return float32([1, values.length, 1, 1], values);
}

/** An input of the network [n, c, h, w] in 8-bit steps from its mean colour. */
export function toSteps(input: Tensor, { std }: Preprocessing): Tensor & { readonly data: Float32Array } {
  return scaled(input, std);
}

/** The other way. */
export function toNetwork(image: Tensor, { std }: Preprocessing): Tensor {
  return std.every((value) => value === 1)
    ? image
    : scaled(
        image,
        std.map((value) => 1 / value),
      );
}

function scaled({ shape, data }: Tensor, factors: readonly number[]): Tensor & { readonly data: Float32Array } {
  const plane = sizeOf(shape.slice(2));
  const values = new Float32Array(data.length);
  for (let from = 0, c = 0; from < data.length; from += plane, c++) {
    const factor = factors[c % factors.length]!;
    for (let i = from; i < from + plane; i++) values[i] = data[i]! * factor;
  }
  return { dtype: 'float32', shape, data: values };
}
