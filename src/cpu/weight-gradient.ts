import { blockHeights } from './filters.ts';
import {
  BYTES,
  inParts,
  kernelsOf,
  Layout,
  operationsOf,
  UNBOUNDED,
  type ConvolutionShape,
  type Ground,
  type Plan,
} from './plan.ts';
import { evenly, LONGEST_CHUNK, PANELS, TILE, WIDE } from './products.ts';
import { Source } from './source.ts';

/** Addresses. */
interface Places {
  readonly x: number;
  readonly signals: number;
  readonly y: number;
  readonly scratch: number;
}

/** A range of the pixels of some images. */
interface Chunk {
  readonly images: readonly number[];
  readonly first: number;
  readonly count: number;
}

/** Pixels of all images in pieces of about as many: parts of an image, or some images together. */
function chunksOf(n: number, pixels: number): Chunk[] {
  const range = (count: number, first: number): number[] => Array.from({ length: count }, (_, i) => first + i);
  if (2 * pixels <= LONGEST_CHUNK) {
    const together = evenly(n, Math.floor(LONGEST_CHUNK / pixels));
    return range(Math.ceil(n / together), 0).map((i) => ({
      images: range(Math.min(together, n - i * together), i * together),
      first: 0,
      count: pixels,
    }));
  }
  const longest = evenly(pixels, LONGEST_CHUNK);
  return range(n, 0).flatMap((image) =>
    range(Math.ceil(pixels / longest), 0).map((i) => ({
      images: [image],
      first: i * longest,
      count: Math.min(longest, pixels - i * longest),
    })),
  );
}

/**
 * The gradient of the filters [group·k, c, r, s] of a convolution of x [n, group·c, h, w] whose signals are [n, group·k, p,
 * q]: the product, over all pixels, of the signals with what the taps read.
 */
export function weightGradient(
  ground: Ground,
  shape: ConvolutionShape,
): { readonly scratch: number; bind(at: Places): ReturnType<Plan['bind']> } {
  const kernels = kernelsOf(ground);
  const { n, group, c, k, windows } = shape;
  const { h, w } = windows;
  const [pixels, imageSize] = [h.count * w.count, group * c * h.size * w.size];
  const source = new Source(shape);
  const taps = c * h.kernel * w.kernel;
  const tapPanels = Math.ceil(taps / WIDE);
  const chunks = chunksOf(n, pixels);
  const longest = Math.max(...chunks.map(({ images, count }) => images.length * count));
  const panelsAtOnce = evenly(tapPanels, Math.max(1, Math.floor(PANELS / (WIDE * longest))));
  const heights = blockHeights(k, kernels.rowsOf);
  const layout = new Layout();
  const at = {
    offsets: layout.take(WIDE * tapPanels),
    zeros: layout.take(k),
    copies: layout.take(chunks[0]!.images.length * source.size),
    signals: layout.take(k * longest),
    panels: layout.take(panelsAtOnce * WIDE * longest),
    tile: layout.take(TILE),
  };
  const offsets = source.offsets(c);
  // The last panel is filled with its last tap.
  const filled = Int32Array.from({ length: WIDE * tapPanels }, (_, i) => offsets[Math.min(i, taps - 1)]!);

  return {
    scratch: layout.bytes,
    bind: ({ x, signals, y, scratch }) => {
      const imageAt = (chunk: Chunk, i: number): number =>
        source.inPlace
          ? x + BYTES * chunk.images[i]! * imageSize + source.start
          : scratch + at.copies + BYTES * i * source.size;
      const packSignals = (chunk: Chunk, group: number): void => {
        const { images, first, count } = chunk;
        const total = images.length * count;
        for (const [i, image] of images.entries()) {
          let from = signals + BYTES * ((image * shape.group + group) * k * pixels + first);
          let to = scratch + at.signals;
          for (const rows of heights) {
            const block = to + BYTES * i * count * rows;
            kernels.packBlocks(from, 1, 0, rows, BYTES * pixels, rows, count, BYTES, 1, 0, 1, 0, 1, block);
            from += BYTES * rows * pixels;
            to += BYTES * rows * total;
          }
        }
      };
      const packTaps = (chunk: Chunk, group: number, panel: number, panels: number): void => {
        const { images, first, count } = chunk;
        for (const i of images.keys()) {
          kernels.packTaps(
            imageAt(chunk, i) + BYTES * group * c * source.plane,
            scratch + at.offsets + BYTES * WIDE * panel,
            WIDE * panels,
            first,
            count,
            w.count,
            BYTES * source.wide,
            scratch + at.panels + BYTES * WIDE * i * count,
            BYTES * WIDE * images.length * count,
          );
        }
      };
      const runGroup = (chunk: Chunk, group: number, adds: boolean): void => {
        const total = chunk.images.length * chunk.count;
        packSignals(chunk, group);
        for (let panel = 0; panel < tapPanels; panel += panelsAtOnce) {
          const panels = Math.min(panelsAtOnce, tapPanels - panel);
          packTaps(chunk, group, panel, panels);
          kernels.product(
            k,
            Math.min(WIDE * panels, taps - WIDE * panel),
            total,
            0,
            total,
            scratch + at.signals,
            scratch + at.panels,
            BYTES * WIDE,
            BYTES * WIDE * total,
            y + BYTES * (group * k * taps + WIDE * panel),
            BYTES * taps,
            scratch + at.zeros,
            adds,
            ...UNBOUNDED,
            scratch + at.tile,
          );
        }
      };
      return inParts(ground, 1, chunks.length * group, n * operationsOf(shape), (_, first, end) => {
        ground.memory.integers(scratch + at.offsets, filled.length).set(filled);
        ground.memory.floats(scratch + at.zeros, k).fill(0);
        for (let unit = first; unit < end; unit++) {
          const i = Math.floor(unit / group);
          const chunk = chunks[i]!;
          if (unit % group === 0 && !source.inPlace && chunk.first === 0) {
            for (const [j, image] of chunk.images.entries()) {
              source.copy(kernels, x + BYTES * image * imageSize, group * c, imageAt(chunk, j));
            }
          }
          runGroup(chunk, unit % group, i > 0);
        }
      });
    },
  };
}
