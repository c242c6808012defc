/** Row and column of a map. */
export type Cell = readonly [row: number, col: number];

/** The cell of a map of [rows, cols] under the pointer, where the map fills the element that listens. */
export function cellAt(event: PointerEvent, [rows, cols]: readonly [number, number]): Cell {
  const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const index = (part: number, count: number): number => Math.min(Math.max(Math.floor(part * count), 0), count - 1);
  return [index((event.clientY - top) / height, rows), index((event.clientX - left) / width, cols)];
}

const ARROWS: Readonly<Record<string, Cell>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Where an arrow key leads from a cell, inside the map; undefined for other keys. Keeps the page from scrolling. */
export function moved(
  event: KeyboardEvent,
  [row, col]: Cell,
  [rows, cols]: readonly [number, number],
): Cell | undefined {
  const step = ARROWS[event.key];
  if (!step) return undefined;
  event.preventDefault();
  return [Math.min(Math.max(row + step[0], 0), rows - 1), Math.min(Math.max(col + step[1], 0), cols - 1)];
}
