import { depthwise } from './depthwise.ts';
import { inBlocks, type Matrices } from './filters.ts';
import {
  BYTES,
  finishWith,
  inParts,
  kernelsOf,
  Layout,
  operationsOf,
  UNBOUNDED,
  type Axis,
  type ConvolutionShape,
  type Finish,
  type Ground,
  type Plan,
} from './plan.ts';
import { LONGEST_CHUNK, PANELS, TILE, WIDE, evenly } from './products.ts';

/** Numbers of an image that is spread out, for each of its own, beyond which products are faster. */
const MOST_SPREAD = 4;

/** The transpose of a convolution under a stride, by what is fastest for its shape. */
export function transposed(ground: Ground, shape: ConvolutionShape, finish: Finish): Plan {
  const { group, c, k, windows } = shape;
  const { h, w } = windows;
  if (group === 1 || c * k > 1 || h.stride * w.stride > MOST_SPREAD) return scattered(ground, shape, finish);
  const taps = h.kernel * w.kernel;
  const backwards = { start: taps - 1, group: taps, k: taps, c: taps, tap: [-w.kernel, -1] as const };
  const transpose = { h: transposeOf(h), w: transposeOf(w) };
  return depthwise(ground, { ...shape, windows: transpose }, backwards, finish, [h.stride, w.stride]);
}

/** The windows over the windows of an axis, spread out, that see each of its pixels. */
function transposeOf({ size, kernel, dilation, before, count }: Axis): Axis {
  return { size: count, kernel, stride: 1, dilation, before: (kernel - 1) * dilation - before, count: size };
}

/**
 * The transpose of a convolution under a stride: x are n·[group·k, p, q], and y n·[group·c, h, w]. The products of the filters
 * with some rows of x are added up where windows lie; rows of y that no further window reaches are finished at once.
 */
function scattered(ground: Ground, shape: ConvolutionShape, finish: Finish): Plan {
  const kernels = kernelsOf(ground);
  const { n, group, c, k, windows } = shape;
  const { h, w } = windows;
  const taps = h.kernel * w.kernel;
  const [m, pixels, plane] = [c * taps, h.count * w.count, h.size * w.size];
  const rowsAtOnce = evenly(h.count, Math.max(1, Math.floor(PANELS / (m * w.count))));
  const blocks = Math.ceil(h.count / rowsAtOnce);
  const chunk = evenly(k, LONGEST_CHUNK);
  const layout = new Layout();
  const at = {
    products: layout.take(m * rowsAtOnce * w.count),
    zeros: layout.take(m),
    tile: layout.take(TILE),
  };
  const matrices: Matrices = {
    start: 0,
    groups: [group, k * m],
    rows: [m, 1],
    columns: [
      [k, m],
      [1, 0],
      [1, 0],
    ],
  };
  const isFinished = finish.operand !== undefined || finish.clip.some((bound) => Number.isFinite(bound));
  /** The first row of y that the windows of row p, and of those behind, touch. */
  const reached = (p: number): number => Math.min(Math.max(p * h.stride - h.before, 0), h.size);

  return {
    filters: inBlocks(kernels, matrices, { height: 0 }),
    scratch: layout.bytes,
    bind: ({ x, filters, operand, y, scratch }) => {
      const multiply = (from: number, weights: number, columns: number): void => {
        for (let first = 0; first < k; first += chunk) {
          kernels.product(
            m,
            columns,
            Math.min(chunk, k - first),
            first,
            k,
            weights,
            from + BYTES * first * pixels,
            BYTES * pixels,
            BYTES * WIDE,
            scratch + at.products,
            BYTES * columns,
            scratch + at.zeros,
            first > 0,
            ...UNBOUNDED,
            scratch + at.tile,
          );
        }
      };
      const runBlock = (image: number, unit: number): void => {
        const i = Math.floor(unit / blocks);
        const first = (unit % blocks) * rowsAtOnce;
        const rows = Math.min(rowsAtOnce, h.count - first);
        const channel = (image * group + i) * c;
        multiply(
          x + BYTES * ((image * group + i) * k * pixels + first * w.count),
          filters + BYTES * i * k * m,
          rows * w.count,
        );
        const to = BYTES * channel * plane;
        kernels.scatter(
          scratch + at.products,
          BYTES * rows * w.count,
          c,
          h.kernel,
          w.kernel,
          first,
          rows,
          w.count,
          h.stride,
          w.stride,
          h.dilation,
          w.dilation,
          h.before,
          w.before,
          y + to,
          h.size,
          w.size,
        );
        if (!isFinished) return;
        const from = first === 0 ? 0 : reached(first);
        const end = first + rows === h.count ? h.size : reached(first + rows);
        const begin = to + BYTES * from * w.size;
        const columns = (end - from) * w.size;
        finishWith(kernels, finish, { y: y + begin, operand: operand + begin, rows: c, columns, step: BYTES * plane });
      };
      return inParts(ground, n, group * blocks, operationsOf(shape), (image, first, end) => {
        if (first === 0) {
          ground.memory.floats(scratch + at.zeros, m).fill(0);
          ground.memory.floats(y + BYTES * image * group * c * plane, group * c * plane).fill(0);
        }
        for (let unit = first; unit < end; unit++) runBlock(image, unit);
      });
    },
  };
}
