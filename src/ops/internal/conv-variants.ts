import type { Launch } from '../../ir/op.ts';
import type { ConvCall } from './conv-call.ts';
import { productVariants, type Product } from './matmul.ts';
import { evenTile, tile } from './tile.ts';
import { launchFirst, type Variant } from './variants.ts';
import { windowParams } from './window.ts';

/** A filter of one tap that moves without gaps: the product of the matrices w [k, c] and x [c, h·w]. */
const pointwise: Variant<ConvCall> = {
  name: 'pointwise',
  applies: ({ geometry: { c, k, windows }, out }) =>
    c > 1 &&
    k > 1 &&
    out.step.every((step) => step === 1) &&
    [windows.h, windows.w].every(
      ({ kernel, stride, before, after }) => kernel * stride === 1 && before === 0 && after === 0,
    ),
  launches: (call) => launchFirst(productVariants, productOf(call)),
};

/** w [k, c] times x [c, pixels] for every image and group; of images of one pixel, x [n, c] times wᵀ. */
function productOf({ geometry: { n, group, c, k, windows }, filters, x, w, b, y }: ConvCall): Product {
  const pixels = windows.h.size * windows.w.size;
  const common = { k: c, alpha: 1, beta: 1, y };
  if (pixels === 1 && group === 1) {
    return {
      outer: 1,
      inner: 1,
      m: n,
      n: k,
      a: { tensor: x, strides: [0, 0, c, 1] },
      b: { tensor: w, strides: [0, 0, filters.c, filters.k] },
      bias: b === undefined ? undefined : { tensor: b, strides: [0, 0, 0, 1] },
      ...common,
    };
  }
  return {
    outer: n,
    inner: group,
    m: k,
    n: pixels,
    a: { tensor: w, strides: [0, filters.group, filters.k, filters.c] },
    b: { tensor: x, strides: [group * c * pixels, c * pixels, pixels, 1] },
    bias: b === undefined ? undefined : { tensor: b, strides: [0, k, 1, 0] },
    ...common,
  };
}

/** Filters without dilation: a patch of the input is loaded once for a tile of pixels and channels. */
const patch: Variant<ConvCall> = {
  name: 'patch',
  applies: ({ geometry: { windows } }) =>
    [windows.h, windows.w].every(
      ({ kernel, stride, dilation }) => dilation === 1 && stride <= kernel && kernel <= LARGEST_PATCH,
    ),
  launches: (call) => {
    const { n, group, k, windows } = call.geometry;
    const { h: rows, w: columns } = windows;
    const bands = rows.kernel * columns.kernel > LARGEST_BAND ? rows.kernel : 1;
    const kernelH = rows.kernel / bands;
    const [tileK, tileP, tileQ] = [Math.min(k, 4), evenTile(rows.count, 2), evenTile(columns.count, 7)];
    const size = n * group * Math.ceil(k / tileK) * Math.ceil(rows.count / tileP) * Math.ceil(columns.count / tileQ);
    const constants = {
      KERNEL_H: kernelH,
      KERNEL_W: columns.kernel,
      STRIDE_H: rows.stride,
      STRIDE_W: columns.stride,
      TILE_K: tileK,
      TILE_P: tileP,
      TILE_Q: tileQ,
      PATCH_H: (tileP - 1) * rows.stride + kernelH,
      PATCH_W: (tileQ - 1) * columns.stride + columns.kernel,
    };
    return [launch('nn/conv2d-patch', call, constants, { bands }, size)];
  },
};

/** Taps along an axis from which on patches grow too large to stay in registers. */
const LARGEST_PATCH = 11;

/** Taps from which on a filter is worked off row by row: the code of all its taps takes too long to compile. */
const LARGEST_BAND = 9;

/** Any geometry. */
const direct: Variant<ConvCall> = {
  name: 'direct',
  applies: () => true,
  launches: (call) => {
    const { n, group, k, windows } = call.geometry;
    const pixels = windows.h.count * windows.w.count;
    const [tileK, tileP] = [tile(k, 8), tile(pixels, 8)];
    const tiles = Math.ceil(pixels / tileP);
    const { kernel, stride, dilation } = windowParams(windows);
    const size = n * group * Math.ceil(k / tileK) * tiles;
    return [launch('nn/conv2d', call, { TILE_K: tileK, TILE_P: tileP }, { kernel, stride, dilation, tiles }, size)];
  },
};

/** A launch of a shader that takes a call. */
function launch(
  shader: string,
  { geometry: { group, c, k, windows }, filters, out, x, w, b, y }: ConvCall,
  constants: NonNullable<Launch['constants']>,
  params: Launch['params'],
  size: number,
): Launch {
  const { image, windows: counts, pad } = windowParams(windows);
  return {
    shader,
    constants,
    params: {
      ...params,
      image,
      windows: counts,
      pad,
      out: out.size,
      out_start: out.start,
      out_step: out.step,
      group,
      c,
      k,
      w_start: filters.start,
      w_group: filters.group,
      w_k: filters.k,
      w_c: filters.c,
      w_tap: filters.tap,
      has_bias: Number(b !== undefined),
      size,
    },
    bindings: { x, w, b: b ?? w, y },
    threads: [size, 1, 1],
  };
}

/** How to compute a convolution, best first. */
export const convVariants: readonly Variant<ConvCall>[] = [pointwise, patch, direct];
