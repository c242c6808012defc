import type { Launch } from '../../ir/op.ts';
import type { ConvCall } from './call.ts';
import { epilogueOf } from '../internal/epilogue.launches.ts';
import { products, type Product } from '../matmul/kernels.ts';
import { PREFERENCES } from '../internal/preferences.ts';
import { evenTile, tile } from '../internal/tile.ts';
import { able, launchBest, type Variants, type Variant } from '../internal/variants.ts';
import { windowParams } from '../internal/window.launches.ts';

/** A filter of one tap that moves without gaps: the product of the matrices w [k, c] and x [c, h·w], the best way or one. */
function pointwise(way?: string): Variant<ConvCall> {
  return {
    applies: (call, capabilities) => {
      const { geometry, out } = call;
      const { h, w } = geometry.windows;
      return (
        geometry.c > 1 &&
        geometry.k > 1 &&
        out.step.every((step) => step === 1) &&
        [h, w].every(({ kernel, stride, before, after }) => kernel * stride === 1 && before === 0 && after === 0) &&
        (way === undefined || able(products, productOf(call), capabilities).includes(way))
      );
    },
    launches: (call, capabilities) => launchBest(products, productOf(call), capabilities, way),
  };
}

/** w [k, c] times x [c, pixels] for every image and group; of images of one pixel, x [n, c] times wᵀ. */
function productOf({ geometry: { n, group, c, k, windows }, filters, x, w, b, epilogue, y }: ConvCall): Product {
  const pixels = windows.h.size * windows.w.size;
  const common = { k: c, alpha: 1, beta: 1, epilogue, y };
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

/** As `patch`, with four times the channels: lanes of a quad share the patch. */
const quad: Variant<ConvCall> = {
  applies: (call, capabilities) => capabilities.subgroups && call.geometry.k >= 3 && patch.applies(call, capabilities),
  launches: (call, { baseline = false }) => {
    const { n, group, k, windows } = call.geometry;
    const { h: rows, w: columns } = windows;
    const taps = rows.kernel * columns.kernel;
    const bands = taps > LARGEST_QUAD_BAND ? rows.kernel : 1;
    const kernelH = rows.kernel / bands;
    const rowStep = kernelH === 1 ? rows.stride : 1;
    // Tall tiles load the rows where windows overlap once; a stride leaves few, and a small map has no room for them.
    const tall = rows.stride === 1 && rows.count > 7;
    const [most, high] = baseline ? [taps / bands > 9 ? 2 : 4, 2] : tall ? [4, 14] : [8, 7];
    const tileK = evenTile(Math.ceil(k / 4), most);
    const tileP = evenTile(rows.count, high);
    // Windows of occlusion are of any size: one a little wider is made at once, where there is room for its sums.
    const wide = columns.count <= 10 && tileK * tileP * columns.count <= 400;
    const tileQ = evenTile(columns.count, wide ? 10 : 7);
    const size =
      n * group * Math.ceil(k / (4 * tileK)) * Math.ceil(rows.count / tileP) * Math.ceil(columns.count / tileQ);
    const patchH = ((tileP - 1) * rows.stride) / rowStep + kernelH;
    const patchW = (tileQ - 1) * columns.stride + columns.kernel;
    const constants = {
      BANDED: Number(bands > 1),
      KERNEL_H: kernelH,
      KERNEL_W: columns.kernel,
      STRIDE_H: rows.stride,
      STRIDE_W: columns.stride,
      ROW_STEP: rowStep,
      TILE_K: tileK,
      TILE_P: tileP,
      TILE_Q: tileQ,
      PATCH_H: patchH,
      PATCH_W: patchW,
      LOADS: Math.ceil((patchH * patchW) / 4),
    };
    return [launch('conv/conv2d-quad', call, constants, bands, size, 4)];
  },
};

/** As `quad`, weight-stationary: for filters that fit into registers whole. */
const stationary: Variant<ConvCall> = {
  applies: (call, capabilities) => {
    const { c, windows } = call.geometry;
    return c * windows.h.kernel * windows.w.kernel <= LARGEST_HELD && quad.applies(call, capabilities);
  },
  launches: (call, { baseline = false }) => {
    const { n, group, c, k, windows } = call.geometry;
    const { h: rows, w: columns } = windows;
    const cells = baseline ? 8 : 16;
    const tileK = evenTile(Math.ceil(k / 4), cells);
    const tileQ = evenTile(columns.count, Math.floor(cells / tileK));
    const patchW = (tileQ - 1) * columns.stride + columns.kernel;
    const constants = {
      CHANNELS: c,
      KERNEL_H: rows.kernel,
      KERNEL_W: columns.kernel,
      STRIDE_W: columns.stride,
      TILE_K: tileK,
      TILE_Q: tileQ,
      PATCH_W: patchW,
      LOADS: Math.ceil((c * rows.kernel * patchW) / 4),
    };
    const size = n * group * Math.ceil(k / (4 * tileK)) * rows.count;
    return [launch('conv/conv2d-stationary', call, constants, Math.ceil(columns.count / tileQ), size, 4)];
  },
};

/** Taps of a filter, over all channels, that lanes hold. */
const LARGEST_HELD = 32;

/** Taps from which on a quad works a filter off row by row. */
const LARGEST_QUAD_BAND = 25;

/** Filters without dilation: a patch of the input is loaded once for a tile of pixels and channels. */
const patch: Variant<ConvCall> = {
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
    return [launch('conv/conv2d-patch', call, constants, bands, size)];
  },
};

/** Taps along an axis from which on patches grow too large to stay in registers. */
const LARGEST_PATCH = 11;

/** Taps from which on a filter is worked off row by row: the code of all its taps takes too long to compile. */
const LARGEST_BAND = 9;

/** Any geometry. */
const direct: Variant<ConvCall> = {
  applies: () => true,
  launches: (call) => {
    const { n, group, k, windows } = call.geometry;
    const pixels = windows.h.count * windows.w.count;
    const [tileK, tileP] = [tile(k, 8), tile(pixels, 8)];
    const tiles = Math.ceil(pixels / tileP);
    const size = n * group * Math.ceil(k / tileK) * tiles;
    return [launch('conv/conv2d', call, { TILE_K: tileK, TILE_P: tileP }, tiles, size)];
  },
};

/** A launch of a shader that takes a call; `parts` and `size` as in shaders/conv/lib/conv2d.wgsl. */
function launch(
  shader: string,
  { geometry: { group, c, k, windows }, filters, out, x, w, b, epilogue, y }: ConvCall,
  constants: NonNullable<Launch['constants']>,
  parts: number,
  size: number,
  lanes = 1,
): Launch {
  const end = epilogueOf(epilogue, x);
  return {
    shader,
    constants: { ...constants, ...end.constants },
    params: {
      ...windowParams(windows),
      ...end.params,
      out: out.size,
      out_start: out.start,
      out_step: out.step,
      y_batch_stride: k * out.size[0] * out.size[1],
      group,
      c,
      k,
      w_start: filters.start,
      w_group: filters.group,
      w_k: filters.k,
      w_c: filters.c,
      w_tap: filters.tap,
      has_bias: Number(b !== undefined),
      parts,
      size,
    },
    batchStride: group === 1 && !epilogue.operand ? 'y_batch_stride' : undefined,
    bindings: { x, w, b: b ?? w, operand: end.operand, y },
    threads: [lanes * size, 1, 1],
  };
}

/** How to compute a convolution. */
export const convolutions: Variants<ConvCall> = {
  variants: {
    pointwise: pointwise(),
    stationary,
    quad,
    patch,
    direct,
    ...Object.fromEntries(Object.keys(products.variants).map((way) => [`pointwise-${way}`, pointwise(way)])),
  },
  order: PREFERENCES.convolution,
};
