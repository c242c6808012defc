import type { NodeContext } from '../../ir/node.ts';
import { convGeometry, type ConvAttributes, type ConvGeometry } from '../conv/geometry.ts';
import type { InputGradAttributes } from '../conv/conv2d-input-grad.ts';
import { tapIndex, type WindowAxis } from '../internal/window.ts';
import { operands, type GemmAttributes } from '../matmul/gemm.ts';
import { unravel, valuesAt, type Explanation, type Products, type Share } from './explanation.ts';

/** What is multiplied with what for one channel. */
type Terms = Pick<Share, 'channel' | 'rows' | 'columns' | 'places' | 'weights'>;

/** Sums up products channel by channel. */
function productsOf(numbers: ArrayLike<number>, terms: readonly Terms[], bias = 0): Products {
  const shares = terms.map((each): Share => {
    const values = valuesAt(numbers, each.places);
    return { ...each, values, sum: values.reduce((sum, value, i) => sum + value * each.weights[i]!, 0) };
  });
  shares.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  return { kind: 'products', shares, bias, sum: shares.reduce((sum, share) => sum + share.sum, bias) };
}

/** What a unit [k, p, q] of a convolution's output reads: of each channel of its group the numbers under the window. */
function underWindow(
  { group, c, k, windows: { h, w } }: ConvGeometry,
  weights: ArrayLike<number>,
  to: number,
): Terms[] {
  const [filter, p, q] = unravel(to, [group * k, h.count, w.count]) as [number, number, number];
  return Array.from({ length: c }, (_, i) => {
    const channel = Math.floor(filter / k) * c + i;
    const places: number[] = [];
    const used: number[] = [];
    for (let r = 0; r < h.kernel; r++) {
      for (let s = 0; s < w.kernel; s++) {
        const [y, x] = [tapIndex(h, p, r), tapIndex(w, q, s)];
        places.push(y < 0 || x < 0 ? -1 : (channel * h.size + y) * w.size + x);
        used.push(weights[((filter * c + i) * h.kernel + r) * w.kernel + s]!);
      }
    }
    return { channel, rows: h.kernel, columns: w.kernel, places, weights: used };
  });
}

/**
 * What reads a unit [c, y, x] of a convolution's input: of each filter of its group the units whose windows lie over it, in
 * their order in the picture, which turns the filter around. Those between the steps of a stride are not there.
 */
function overUnit({ group, c, k, windows: { h, w } }: ConvGeometry, weights: ArrayLike<number>, from: number): Terms[] {
  const [channel, y, x] = unravel(from, [group * c, h.size, w.size]) as [number, number, number];
  return Array.from({ length: k }, (_, i) => {
    const filter = Math.floor(channel / c) * k + i;
    const places: number[] = [];
    const used: number[] = [];
    for (let r = h.kernel - 1; r >= 0; r--) {
      for (let s = w.kernel - 1; s >= 0; s--) {
        const [p, q] = [windowAt(h, y, r), windowAt(w, x, s)];
        places.push(p < 0 || q < 0 ? -1 : (filter * h.count + p) * w.count + q);
        used.push(weights[((filter * c + (channel % c)) * h.kernel + r) * w.kernel + s]!);
      }
    }
    return { channel: filter, rows: h.kernel, columns: w.kernel, places, weights: used };
  });
}

/** The window whose tap t is at an element; −1 where there is none. */
function windowAt({ stride, dilation, before, count }: WindowAxis, at: number, t: number): number {
  const window = (at + before - t * dilation) / stride;
  return Number.isInteger(window) && window >= 0 && window < count ? window : -1;
}

export const convolution: Explanation<ConvAttributes> = {
  forward: ({ node, attributes, inputs: [x, w, b], outputs: [y] }, read, to) => {
    const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
    const [, filter] = unravel(to, y!.shape);
    return productsOf(read(0), underWindow(geometry, read(1), to), b ? read(2)[filter!]! : 0);
  },
  backward: ({ node, attributes, inputs: [x, w] }, read, { from }, dy) =>
    productsOf(dy, overUnit(convGeometry(node, x!.shape, w!.shape, attributes), read(1), from)),
};

/** A transposed convolution is the same the other way round. */
export const transposedConvolution: Explanation<InputGradAttributes> = {
  forward: (context, read, to) => productsOf(read(0), overUnit(transposed(context), read(1), to)),
  backward: (context, read, { from }, dy) => productsOf(dy, underWindow(transposed(context), read(1), from)),
};

function transposed({ node, attributes, inputs: [, w], outputs: [y] }: NodeContext<InputGradAttributes>): ConvGeometry {
  return convGeometry(node, y!.shape, w!.shape, attributes);
}

export const fullyConnected: Explanation<GemmAttributes> = {
  forward: (context, read, to) => {
    const { n, k, a, b, c } = operands(context);
    const { alpha, beta } = context.attributes;
    const [row, column] = [Math.floor(to / n), to % n];
    const weights = read(1);
    const terms = Array.from({ length: k }, (_, i) =>
      single(i, row * a[0] + i * a[1], alpha * weights[i * b[0] + column * b[1]]!),
    );
    return productsOf(read(0), terms, c ? beta * read(2)[row * c[0] + column * c[1]]! : 0);
  },
  backward: (context, read, { from }, dy) => {
    const { m, n, k, b } = operands(context);
    const { alpha, transA } = context.attributes;
    const [row, i] = transA ? [from % m, Math.floor(from / m)] : [Math.floor(from / k), from % k];
    const weights = read(1);
    const terms = Array.from({ length: n }, (_, column) =>
      single(column, row * n + column, alpha * weights[i * b[0] + column * b[1]]!),
    );
    return productsOf(dy, terms);
  },
};

function single(channel: number, place: number, weight: number): Terms {
  return { channel, rows: 1, columns: 1, places: [place], weights: [weight] };
}
