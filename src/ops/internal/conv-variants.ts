import type { NodeContext } from '../../ir/op.ts';
import { convGeometry, type ConvAttributes, type ConvGeometry } from './conv.ts';
import { matmul } from './matmul.ts';
import { tile } from './tile.ts';
import type { Variant } from './variants.ts';
import { windowParams, type WindowAxis } from './window.ts';

/**
 * A convolution with its tensors. The input gradient of a convolution of stride 1 is one too: of dy, with input and
 * output channels exchanged and the filters turned by 180°.
 */
interface ConvCall {
  readonly geometry: ConvGeometry;
  /** Strides of w along the input channels and along the filters. */
  readonly channelStride: number;
  readonly filterStride: number;
  /** The taps of a filter are read backwards. */
  readonly flip: boolean;
  readonly x: string;
  readonly w: string;
  readonly b: string | undefined;
  readonly y: string;
}

function forward({ node, attributes, inputs: [x, w, b], outputs: [y] }: NodeContext<ConvAttributes>): ConvCall {
  const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
  const taps = geometry.windows.h.kernel * geometry.windows.w.kernel;
  const strides = { channelStride: taps, filterStride: geometry.c * taps };
  return { geometry, ...strides, flip: false, x: x!.name, w: w!.name, b: b?.name, y: y!.name };
}

/** The convolution that a stride of 1 makes of an input gradient, or undefined. */
function transposed({
  node,
  attributes,
  inputs: [dy, w],
  outputs: [dx],
}: NodeContext<ConvAttributes>): ConvCall | undefined {
  const { n, group, c, k, windows } = convGeometry(node, dx!.shape, w!.shape, attributes);
  if (windows.h.stride !== 1 || windows.w.stride !== 1) return undefined;
  const taps = windows.h.kernel * windows.w.kernel;
  return {
    geometry: { n, group, c: k, k: c, windows: { h: turned(windows.h), w: turned(windows.w) } },
    channelStride: c * taps,
    filterStride: taps,
    flip: true,
    x: dy!.name,
    w: w!.name,
    b: undefined,
    y: dx!.name,
  };
}

function turned({ size, kernel, stride, dilation, before, after, count }: WindowAxis): WindowAxis {
  const reach = (kernel - 1) * dilation;
  return { size: count, kernel, stride, dilation, before: reach - before, after: reach - after, count: size };
}

/** A filter of one tap that moves without gaps: the product of the matrices w [k, c] and x [c, h·w]. */
const pointwise: Variant<ConvCall> = {
  name: 'pointwise',
  applies: ({ geometry: { c, k, windows } }) =>
    c > 1 &&
    k > 1 &&
    [windows.h, windows.w].every(
      ({ kernel, stride, before, after }) => kernel * stride === 1 && before === 0 && after === 0,
    ),
  launches: ({ geometry: { n, group, c, k, windows }, channelStride, filterStride, x, w, b, y }) => {
    const pixels = windows.h.size * windows.w.size;
    return matmul({
      outer: n,
      inner: group,
      m: k,
      n: pixels,
      k: c,
      a: { tensor: w, strides: [0, c * k, filterStride, channelStride] },
      b: { tensor: x, strides: [group * c * pixels, c * pixels, pixels, 1] },
      bias: b === undefined ? undefined : { tensor: b, strides: [0, k, 1, 0] },
      y,
    });
  },
};

/** A small filter: a patch of the input is loaded once for a tile of pixels and channels. */
const patch: Variant<ConvCall> = {
  name: 'patch',
  applies: ({ geometry: { windows } }) =>
    windows.h.kernel * windows.w.kernel > 1 &&
    windows.h.kernel * windows.w.kernel <= 25 &&
    [windows.h, windows.w].every(({ dilation, stride, kernel }) => dilation === 1 && stride <= Math.min(kernel, 2)),
  launches: ({ geometry: { n, group, c, k, windows }, channelStride, filterStride, flip, x, w, b, y }) => {
    const { h: rows, w: columns } = windows;
    const [tileP, tileQ] = rows.stride * columns.stride === 1 ? [2, 7] : [2, 4];
    const tileK = Math.min(k, 4);
    const size = n * group * Math.ceil(k / tileK) * Math.ceil(rows.count / tileP) * Math.ceil(columns.count / tileQ);
    const { image, windows: counts, pad } = windowParams(windows);
    return [
      {
        shader: 'nn/conv2d-patch',
        constants: {
          KERNEL_H: rows.kernel,
          KERNEL_W: columns.kernel,
          STRIDE_H: rows.stride,
          STRIDE_W: columns.stride,
          TILE_K: tileK,
          TILE_P: tileP,
          TILE_Q: tileQ,
          PATCH_H: (tileP - 1) * rows.stride + rows.kernel,
          PATCH_W: (tileQ - 1) * columns.stride + columns.kernel,
          FLIP: Number(flip),
        },
        params: {
          image: image!,
          windows: counts!,
          pad: pad!,
          group,
          c,
          k,
          w_c: channelStride,
          w_k: filterStride,
          has_bias: Number(b !== undefined),
          size,
        },
        bindings: { x, w, b: b ?? w, y },
        threads: [size, 1, 1],
      },
    ];
  },
};

/** Any geometry. */
const direct: Variant<ConvCall> = {
  name: 'direct',
  applies: () => true,
  launches: ({ geometry: { n, group, c, k, windows }, x, w, b, y }) => {
    const pixels = windows.h.count * windows.w.count;
    const tileK = tile(k, 8);
    const tileP = tile(pixels, 8);
    const tiles = Math.ceil(pixels / tileP);
    const size = n * group * Math.ceil(k / tileK) * tiles;
    return [
      {
        shader: 'nn/conv2d',
        constants: { TILE_K: tileK, TILE_P: tileP },
        params: { ...windowParams(windows), group, c, k, tiles, has_bias: Number(b !== undefined), size },
        bindings: { x, w, b: b ?? w, y },
        threads: [size, 1, 1],
      },
    ];
  },
};

/** Any geometry: every pixel of dx gathers from the windows over it. */
const gather: Variant<NodeContext<ConvAttributes>> = {
  name: 'gather',
  applies: () => true,
  launches: ({ node, attributes, inputs: [dy, w], outputs: [dx] }) => {
    const { n, group, c, k, windows } = convGeometry(node, dx!.shape, w!.shape, attributes);
    const columns = Math.ceil(windows.w.size / windows.w.stride);
    const [tileC, tileW] = [tile(c, 4), tile(columns, 4)];
    const tiles = Math.ceil(columns / tileW);
    const size = n * group * Math.ceil(c / tileC) * windows.h.size * windows.w.stride * tiles;
    const step = [windows.h, windows.w].map(({ stride, dilation }) => stride / greatestCommonDivisor(stride, dilation));
    return [
      {
        shader: 'nn/conv2d-input-grad',
        constants: { TILE_C: tileC, TILE_W: tileW },
        params: { ...windowParams(windows), step, group, c, k, tiles, size },
        bindings: { dy: dy!.name, w: w!.name, dx: dx!.name },
        threads: [size, 1, 1],
      },
    ];
  },
};

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** How to compute a convolution, best first. */
export const convVariants: readonly Variant<NodeContext<ConvAttributes>>[] = [pointwise, patch, direct].map(
  ({ name, applies, launches }) => ({
    name,
    applies: (node) => applies(forward(node)),
    launches: (node) => launches(forward(node)),
  }),
);

/** How to compute the input gradient of a convolution, best first. */
export const inputGradVariants: readonly Variant<NodeContext<ConvAttributes>>[] = [
  ...[pointwise, patch].map(({ name, applies, launches }) => ({
    name,
    applies: (node: NodeContext<ConvAttributes>) => {
      const call = transposed(node);
      return call !== undefined && applies(call);
    },
    launches: (node: NodeContext<ConvAttributes>) => launches(transposed(node)!),
  })),
  gather,
];
