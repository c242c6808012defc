import { html, nothing, type TemplateResult } from 'lit';
import { t } from './languages/words.ts';

/** Row and column of a map. */
export type Cell = readonly [row: number, col: number];

export interface Probe {
  /** What it is a map of, for those who do not see it. */
  readonly label: string;
  /** Rows and columns. */
  readonly size: readonly [number, number];
  /** It is about to be replaced. */
  readonly stale: boolean;
  /** Where the reader is. */
  readonly cell: Cell | undefined;
  /** The reader goes to a cell, or leaves the map. `spoken`: by the keyboard, so that the value is to be told. */
  readonly onMove: (cell: Cell | undefined, spoken: boolean) => void;
}

/** A map that can be read cell by cell, with a pointer or the arrow keys (Shift: ten at a time; Escape leaves). */
export function probe(content: TemplateResult, { label, size, stale, cell, onMove }: Probe): TemplateResult {
  const point = (event: PointerEvent): void => {
    const to = cellUnder(event, size);
    if (to[0] !== cell?.[0] || to[1] !== cell[1]) onMove(to, false);
  };
  // A finger leaves when it is lifted: what it points at stays.
  const leave = ({ pointerType }: PointerEvent): void => {
    if (pointerType === 'mouse') onMove(undefined, false);
  };
  const press = (event: KeyboardEvent): void => {
    const to = cellAfter(event, cell, size);
    if (!to && event.key !== 'Escape') return;
    event.preventDefault();
    onMove(to, true);
  };
  const blur = (): void => {
    onMove(undefined, false);
  };
  return html`<div
    class=${stale ? 'probe stale' : 'probe'}
    tabindex="0"
    role="application"
    aria-roledescription=${t`map`}
    aria-label=${t`${label}. The arrow keys read it cell by cell.`}
    @pointermove=${point}
    @pointerdown=${point}
    @pointerleave=${leave}
    @keydown=${press}
    @blur=${blur}
  >
    ${content} ${cell ? cursor(cell, size) : nothing}
  </div>`;
}

/** A frame around a cell of a map that fills its parent. */
export function cursor([row, col]: Cell, [rows, cols]: readonly [number, number]): TemplateResult {
  const place = `top: ${percentOf(row / rows)}; left: ${percentOf(col / cols)}; width: ${percentOf(1 / cols)}; height: ${percentOf(1 / rows)}`;
  return html`<span class="cursor" .style=${place}></span>`;
}

/** A share as style sheets take it. */
export function percentOf(share: number): string {
  return `${100 * share}%`;
}

/** The map fills the element that listens. */
function cellUnder(event: PointerEvent, [rows, cols]: readonly [number, number]): Cell {
  const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [clamp(((event.clientY - top) / height) * rows, rows), clamp(((event.clientX - left) / width) * cols, cols)];
}

const STEPS: Readonly<Record<string, Cell>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The first key press goes to the middle. Undefined for keys that do not move. */
function cellAfter(
  { key, shiftKey }: KeyboardEvent,
  cell: Cell | undefined,
  [rows, cols]: readonly [number, number],
): Cell | undefined {
  const step = STEPS[key];
  if (!step) return undefined;
  if (!cell) return [clamp(rows / 2, rows), clamp(cols / 2, cols)];
  const times = shiftKey ? 10 : 1;
  return [clamp(cell[0] + step[0] * times, rows), clamp(cell[1] + step[1] * times, cols)];
}

function clamp(at: number, count: number): number {
  return Math.min(Math.max(Math.floor(at), 0), count - 1);
}
