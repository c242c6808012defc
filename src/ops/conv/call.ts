import type { NodeContext } from '../../ir/op.ts';
import { clipping, masking, type ClipAttributes, type Epilogue, type MaskAttributes } from '../internal/epilogue.ts';
import { convGeometry, type ConvAttributes, type ConvGeometry } from './geometry.ts';
import type { WindowAxis } from '../internal/window.ts';

/**
 * A convolution with its tensors. An input gradient is one too, or several: of dy, with input and output channels
 * exchanged and taps read backwards. Under a stride, pixels of dx that lie a stride apart are met by the same taps; each
 * such phase is a convolution of its own.
 */
export interface ConvCall {
  readonly geometry: ConvGeometry;
  /** How w is read: place of the first tap, strides between groups, filters, channels and taps along r and s. */
  readonly filters: {
    readonly start: number;
    readonly group: number;
    readonly k: number;
    readonly c: number;
    readonly tap: Pair;
  };
  /** The image that the results go to, from `start` on, `step` apart. */
  readonly out: { readonly size: Pair; readonly start: Pair; readonly step: Pair };
  readonly x: string;
  readonly w: string;
  readonly b: string | undefined;
  readonly epilogue: Epilogue;
  readonly y: string;
}

type Pair = readonly [number, number];

/** The call that a convolution is. */
export function convolution({
  node,
  attributes,
  inputs: [x, w, b, residual],
  outputs: [y],
}: NodeContext<ConvAttributes & ClipAttributes>): ConvCall {
  const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
  const { h: rows, w: columns } = geometry.windows;
  const taps = rows.kernel * columns.kernel;
  return {
    geometry,
    filters: {
      start: 0,
      group: geometry.k * geometry.c * taps,
      k: geometry.c * taps,
      c: taps,
      tap: [columns.kernel, 1],
    },
    out: { size: [rows.count, columns.count], start: [0, 0], step: [1, 1] },
    x: x!.name,
    w: w!.name,
    b: b?.name,
    epilogue: clipping(attributes, residual?.name),
    y: y!.name,
  };
}

/** The calls that an input gradient is made of, one for each phase of the stride. */
export function inputGradient({
  node,
  attributes,
  inputs: [dy, w, mask],
  outputs: [dx],
}: NodeContext<ConvAttributes & MaskAttributes>): ConvCall[] {
  const { n, group, c, k, windows } = convGeometry(node, dx!.shape, w!.shape, attributes);
  const { h: rows, w: columns } = windows;
  const taps = rows.kernel * columns.kernel;
  return phases(rows).flatMap((down) =>
    phases(columns).map((right) => ({
      geometry: { n, group, c: k, k: c, windows: { h: down.axis, w: right.axis } },
      filters: {
        start: down.firstTap * columns.kernel + right.firstTap,
        group: k * c * taps,
        k: taps,
        c: c * taps,
        tap: [down.tapStep * columns.kernel, right.tapStep] as const,
      },
      out: {
        size: [rows.size, columns.size] as const,
        start: [down.first, right.first] as const,
        step: [rows.stride, columns.stride] as const,
      },
      x: dy!.name,
      w: w!.name,
      b: undefined,
      epilogue: masking(attributes, mask?.name),
      y: dx!.name,
    })),
  );
}

/** The pixels first, first + stride, … of an input axis as windows over the output axis. */
interface Phase {
  readonly first: number;
  readonly axis: WindowAxis;
  /** The tap of the filter that the first tap of such a window is, and the step to the next: backwards. */
  readonly firstTap: number;
  readonly tapStep: number;
}

/**
 * Pixel x of the input is under tap t of output window (x + before − t·dilation) / stride where that is whole. For the
 * pixels first + i·stride these are taps a fixed step apart, and each is one window further on from one pixel to the next.
 */
function phases({ size, kernel, stride, dilation, before, count }: WindowAxis): Phase[] {
  const step = stride / greatestCommonDivisor(stride, dilation);
  return Array.from({ length: Math.min(stride, size) }, (_, first) => {
    const meets = (tap: number): boolean => (first + before - tap * dilation) % stride === 0;
    const nearest = Array.from({ length: kernel }, (_, tap) => tap).find(meets) ?? kernel;
    const taps = Math.ceil((kernel - nearest) / step);
    const last = nearest + (taps - 1) * step;
    const pixels = Math.ceil((size - first) / stride);
    const reach = (step * dilation) / stride;
    const ahead = taps === 0 ? 0 : (last * dilation - first - before) / stride;
    return {
      first,
      axis: {
        size: count,
        kernel: taps,
        stride: 1,
        dilation: reach,
        before: ahead,
        after: pixels - 1 + (taps - 1) * reach - ahead - (count - 1),
        count: pixels,
      },
      firstTap: taps === 0 ? 0 : last,
      tapStep: -step,
    };
  });
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
