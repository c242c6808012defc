/** Where pictures lie, in units of the width of the map at its first size: x to the right and y down from the middle. */
export interface Layout {
  /** [n, 2] */
  readonly places: Float32Array;
  /** Side of a picture. */
  readonly side: number;
  /** Pictures grow with the map; otherwise more slowly, so that they come apart. */
  readonly solid: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A mark as it is drawn, px. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Of the map, that points leave free at the border. */
const MARGIN = 0.05;
/** Share of the map that all pictures cover together, if none covers another. */
const COVER = 0.55;
const MAX_ZOOM = 40;
/** Zooming in spreads marks more than it enlarges them. */
const GROWTH = 0.6;

/** Points [n, 2] as they lie, fitted into the map. */
export function freeLayout(positions: Float32Array, aspect: number): Layout {
  const n = positions.length / 2;
  const [left, right] = extent(positions, 0);
  const [top, bottom] = extent(positions, 1);
  const height = 1 / aspect;
  const free = 1 - 2 * MARGIN;
  const spans = [(right - left) / free, (bottom - top) / (free * height)];
  const scale = Math.max(...spans) > 0 ? 1 / Math.max(...spans) : 0;
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return {
    places: positions.map((value, at) => (value - middle[at % 2]!) * scale),
    side: Math.min(Math.sqrt((COVER * height) / Math.max(n, 1)), 0.12),
    solid: false,
  };
}

/** Cells [n, 2] of a grid, fitted into the map. */
export function gridLayout(cells: Float32Array, columns: number, rows: number, aspect: number): Layout {
  const side = Math.min(1 / Math.max(columns, 1), 1 / aspect / Math.max(rows, 1));
  const middle = [(columns - 1) / 2, (rows - 1) / 2];
  return { places: cells.map((cell, at) => (cell - middle[at % 2]!) * side), side: side * 0.94, solid: true };
}

function extent(positions: Float32Array, axis: 0 | 1): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let at = axis; at < positions.length; at += 2) {
    low = Math.min(low, positions[at]!);
    high = Math.max(high, positions[at]!);
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The part of the map that is seen. */
export class View {
  #zoom = 1;
  /** What lies in the middle of the map. */
  #x = 0;
  #y = 0;

  get zoom(): number {
    return this.#zoom;
  }

  fit(): void {
    this.#zoom = 1;
    this.#x = 0;
    this.#y = 0;
  }

  /** Moves the map under the reader, px. */
  pan(dx: number, dy: number, { width }: Size): void {
    this.#moveTo(this.#x - dx / (width * this.#zoom), this.#y - dy / (width * this.#zoom));
  }

  /** Enlarges around a place, px. */
  zoomBy(factor: number, [x, y]: readonly [number, number], size: Size): void {
    const [fromX, fromY] = this.#under(x, y, size);
    this.#zoom = Math.min(Math.max(this.#zoom * factor, 1), MAX_ZOOM);
    const [toX, toY] = this.#under(x, y, size);
    this.#moveTo(this.#x + fromX - toX, this.#y + fromY - toY);
  }

  markOf({ places, side, solid }: Layout, i: number, { width, height }: Size): Mark {
    return {
      x: width / 2 + (places[2 * i]! - this.#x) * width * this.#zoom,
      y: height / 2 + (places[2 * i + 1]! - this.#y) * width * this.#zoom,
      side: side * width * this.#zoom ** (solid ? 1 : GROWTH),
    };
  }

  #under(x: number, y: number, { width, height }: Size): readonly [number, number] {
    const scale = 1 / (width * this.#zoom);
    return [this.#x + (x - width / 2) * scale, this.#y + (y - height / 2) * scale];
  }

  /** The middle stays on the map, so that nobody gets lost. */
  #moveTo(x: number, y: number): void {
    const edge = 0.5 * (1 - 1 / this.#zoom);
    this.#x = Math.min(Math.max(x, -edge), edge);
    this.#y = Math.min(Math.max(y, -edge), edge);
  }
}

/** The mark at a place, px: the nearest of those it lies on. */
export function markAt(marks: readonly Mark[], x: number, y: number, reach: number): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  marks.forEach((mark, i) => {
    const away = Math.max(Math.abs(mark.x - x), Math.abs(mark.y - y));
    if (away > Math.max(mark.side / 2, reach) || away >= least) return;
    least = away;
    found = i;
  });
  return found;
}

/** The next mark in a direction: near, and not far off the way. */
export function markBeyond(
  marks: readonly Mark[],
  from: Pick<Mark, 'x' | 'y'>,
  [right, down]: readonly [number, number],
): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  marks.forEach((mark, i) => {
    const [dx, dy] = [mark.x - from.x, mark.y - from.y];
    const along = dx * right + dy * down;
    const aside = Math.abs(dx * down - dy * right);
    const cost = along + 2 * aside;
    if (along < 0.5 || aside > along || cost >= least) return;
    least = cost;
    found = i;
  });
  return found;
}
