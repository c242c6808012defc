import type { Node, Value } from '../../ir/graph.ts';
import type { Shape } from '../../tensor/shape.ts';
import { expectAxis, shapeError } from '../internal/check.ts';
import type { VariantAttributes } from '../internal/variants.ts';
import { expectCount, expectImage, windowsOf, type WindowAttributes, type Windows } from '../internal/window.ts';

export interface ConvAttributes extends WindowAttributes, VariantAttributes {
  readonly group: number;
}

/** What a convolution and its gradients have in common. */
export function sharedAttributes({ strides, pads, dilations, autoPad, group }: ConvAttributes): ConvAttributes {
  return { strides, pads, dilations, autoPad, group };
}

/** A convolution in numbers: x [n, group·c, h, w] ∗ w [group·k, c, r, s] → y [n, group·k, p, q]. */
export interface ConvGeometry {
  readonly n: number;
  readonly group: number;
  /** Channels of one group. */
  readonly c: number;
  /** Filters of one group. */
  readonly k: number;
  readonly windows: Windows;
}

export function convGeometry(node: Node, x: Shape, w: Shape, attributes: ConvAttributes): ConvGeometry {
  const { group } = attributes;
  expectCount(node, 'group', group);
  if (w.length !== 4) throw shapeError(node, 'the filters have the wrong rank', '4 axes', String(w.length));
  if (w[0]! % group !== 0 || w[1]! * group !== x[1] || w[0]! * w[1]! === 0) {
    throw shapeError(
      node,
      'the filters do not fit the channels',
      `[a multiple of ${String(group)}]×${String(x[1]! / group)}×r×s`,
      w.join('×'),
    );
  }
  return { n: x[0]!, group, c: w[1]!, k: w[0]! / group, windows: windowsOf(node, x, w.slice(2), attributes) };
}

/** The shape of y. */
export function convOutput({ n, group, k, windows }: ConvGeometry): Shape {
  return [n, group * k, windows.h.count, windows.w.count];
}

/** Throws unless `dy` is a gradient of y. */
export function expectConvOutput(node: Node, dy: Value, geometry: ConvGeometry): void {
  expectImage(node, 'dy', dy);
  convOutput(geometry).forEach((size, axis) => {
    expectAxis(node, 'dy', dy, axis, size);
  });
}

/** Multiplications of the convolution and of each of its gradients, counted as two operations, padding included. */
export function convFlops({ n, group, c, k, windows: { h, w } }: ConvGeometry): number {
  return 2 * n * group * k * c * h.kernel * w.kernel * h.count * w.count;
}
