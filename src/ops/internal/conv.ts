import type { Node, Value } from '../../ir/graph.ts';
import type { Shape } from '../../tensor/shape.ts';
import { expectAxis, shapeError } from './check.ts';
import type { VariantAttributes } from './variants.ts';
import { expectImage, windowsOf, type WindowAttributes, type WindowAxis, type Windows } from './window.ts';

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
  if (w.length !== 4) throw shapeError(node, 'the filters have the wrong rank', '4 axes', String(w.length));
  if (w[0]! % group !== 0 || w[1]! * group !== x[1]) {
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

/**
 * The convolution as a set of products, padding left out: calls `visit` with the indices of x, w and y for each row of
 * them. Product i of a row is between x[x + i·stride], w[w] and y[y + i], where stride is the one along w.
 */
export function forEachRow(
  { n, group, c, k, windows: { h, w } }: ConvGeometry,
  visit: (x: number, w: number, y: number, count: number) => void,
): void {
  for (let image = 0; image < n; image++) {
    for (let filter = 0; filter < group * k; filter++) {
      for (let channel = 0; channel < c; channel++) {
        const plane = image * group * c + Math.floor(filter / k) * c + channel;
        for (let r = 0; r < h.kernel; r++) {
          const [firstRow, endRow] = windowsInside(h, r);
          for (let s = 0; s < w.kernel; s++) {
            const tap = ((filter * c + channel) * h.kernel + r) * w.kernel + s;
            const [first, end] = windowsInside(w, s);
            if (first >= end) continue;
            for (let p = firstRow; p < endRow; p++) {
              const row = p * h.stride - h.before + r * h.dilation;
              const column = first * w.stride - w.before + s * w.dilation;
              visit(
                (plane * h.size + row) * w.size + column,
                tap,
                ((image * group * k + filter) * h.count + p) * w.count + first,
                end - first,
              );
            }
          }
        }
      }
    }
  }
}

/** The windows whose tap t lies inside the image: first, and one past the last. */
function windowsInside({ size, count, stride, dilation, before }: WindowAxis, t: number): [number, number] {
  const offset = before - t * dilation;
  return [Math.max(Math.ceil(offset / stride), 0), Math.min(Math.floor((size - 1 + offset) / stride) + 1, count)];
}
