import type { Picture } from '../../models/picture.ts';

export interface PatchShape {
  /** Side of the square patch, px of the network's input. */
  readonly size: number;
  /** Distance between neighbouring positions, px. */
  readonly stride: number;
  /** `inside`: patches lie wholly in the picture. `overhang`: their centres cover it, up to the border. */
  readonly placement: 'inside' | 'overhang';
}

/** Positions of a patch sliding over a picture. */
export interface PatchGrid {
  readonly rows: number;
  readonly cols: number;
  /** Top edge of the patch in row 0, and left edge in column 0, px; negative where it overhangs. */
  readonly start: number;
}

/** The positions over a picture of height × width px, in which the patch must fit. */
export function patchGrid(height: number, width: number, { size, stride, placement }: PatchShape): PatchGrid {
  const inside = placement === 'inside';
  const count = (extent: number): number => Math.floor((inside ? extent - size : extent) / stride) + 1;
  return { rows: count(height), cols: count(width), start: inside ? 0 : -Math.floor(size / 2) };
}

/** A cell of a grid; until finer ones are known it stands for `block` × `block` cells to the right and below. */
export interface GridCell {
  readonly row: number;
  readonly col: number;
  readonly block: number;
}

/** All cells of a grid from coarse to fine: every 2^k-th in both directions, then those between. */
export function coarseToFine(rows: number, cols: number): GridCell[] {
  const order: GridCell[] = [];
  // At least about three cells a side, so that the first picture already shows where to look
  const coarsest = 2 ** Math.max(0, Math.floor(Math.log2(Math.min(rows, cols) / 3)));
  for (let block = coarsest; block >= 1; block /= 2) {
    for (let row = 0; row < rows; row += block) {
      for (let col = 0; col < cols; col += block) {
        const known = block < coarsest && row % (2 * block) === 0 && col % (2 * block) === 0;
        if (!known) order.push({ row, col, block });
      }
    }
  }
  return order;
}

/** Copies a square at (top, left), clipped to the picture, from one dense [channels, height, width] to another. */
export function copyPatch(
  from: Float32Array,
  to: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  [top, left, size]: readonly [number, number, number],
): void {
  const x0 = Math.max(left, 0);
  const x1 = Math.min(left + size, width);
  for (let c = 0; c < channels; c++) {
    for (let y = Math.max(top, 0); y < Math.min(top + size, height); y++) {
      const row = (c * height + y) * width;
      to.set(from.subarray(row + x0, row + x1), row + x0);
    }
  }
}

/** Copies a window at (top, left) out of a dense [channels, height, width] into a dense one of its own. */
export function cutWindow(
  from: Float32Array,
  to: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  [top, left]: readonly [number, number],
  [rows, cols]: readonly [number, number],
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      const start = (c * height + top + y) * width + left;
      to.set(from.subarray(start, start + cols), (c * rows + y) * cols);
    }
  }
}

/** Two box blurs of `radius` px along each axis, close to a Gaussian; the border repeats. */
export function blurred({ width, height, data }: Picture, radius: number): Picture {
  let pixels = data;
  for (let pass = 0; pass < 2; pass++) {
    pixels = boxBlur(pixels, { lines: height, lineStep: width * 4, count: width, step: 4 }, radius);
    pixels = boxBlur(pixels, { lines: width, lineStep: 4, count: height, step: width * 4 }, radius);
  }
  return { width, height, data: pixels };
}

interface Lines {
  readonly lines: number;
  readonly lineStep: number;
  readonly count: number;
  readonly step: number;
}

function boxBlur(
  data: Uint8ClampedArray<ArrayBuffer>,
  { lines, lineStep, count, step }: Lines,
  radius: number,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(data.length);
  const clamp = (i: number): number => Math.min(Math.max(i, 0), count - 1);
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 4; channel++) {
      const base = line * lineStep + channel;
      let sum = 0;
      for (let i = -radius; i <= radius; i++) sum += data[base + clamp(i) * step]!;
      for (let i = 0; i < count; i++) {
        out[base + i * step] = sum / (2 * radius + 1);
        sum += data[base + clamp(i + radius + 1) * step]! - data[base + clamp(i - radius) * step]!;
      }
    }
  }
  return out;
}
