import type { Thumbnails } from './thumbnails.ts';
import type { Mark, Size } from './view.ts';

export interface MapDrawing {
  readonly marks: readonly Mark[];
  /** A colour for each. */
  readonly colours: readonly string[];
  /** Without them marks are dots. */
  readonly thumbnails: Thumbnails | undefined;
  /** Where the reader is. */
  readonly active: number | undefined;
  /** Marks that lines lead to from there. */
  readonly linked: readonly number[];
  /** Labels that are shown; others are faint. */
  readonly faint: (i: number) => boolean;
  readonly accent: string;
}

const DOT = 0.34;
const FAINT = 0.12;

/** Draws marks, the one where the reader is on top, at `density` pixels for each of the style sheet's. */
export function drawMap(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
  density: number,
  drawing: MapDrawing,
): void {
  const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext('2d')!;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  const { marks, active, linked } = drawing;
  const visible = ({ x, y, side }: Mark): boolean => x > -side && y > -side && x < width + side && y < height + side;
  marks.forEach((mark, i) => {
    if (!visible(mark)) return;
    context.globalAlpha = drawing.faint(i) ? FAINT : 1;
    drawMark(context, drawing, i, mark);
  });
  context.globalAlpha = 1;
  if (active === undefined) return;
  const here = marks[active]!;
  context.strokeStyle = drawing.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const i of linked) {
    context.moveTo(here.x, here.y);
    context.lineTo(marks[i]!.x, marks[i]!.y);
  }
  context.stroke();
  for (const i of [...linked, active]) {
    const mark = { ...marks[i]!, side: Math.max(marks[i]!.side * (i === active ? 1.7 : 1.1), 14) };
    drawMark(context, drawing, i, mark);
    context.lineWidth = i === active ? 2.5 : 1.5;
    context.strokeStyle = drawing.accent;
    context.strokeRect(mark.x - mark.side / 2, mark.y - mark.side / 2, mark.side, mark.side);
  }
}

function drawMark(context: CanvasRenderingContext2D, drawing: MapDrawing, i: number, { x, y, side }: Mark): void {
  const colour = drawing.colours[i]!;
  if (!drawing.thumbnails) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, Math.max(DOT * side, 2), 0, 2 * Math.PI);
    context.fill();
    return;
  }
  const frame = Math.max(1, side / 16);
  context.fillStyle = colour;
  context.fillRect(x - side / 2, y - side / 2, side, side);
  drawing.thumbnails.draw(context, i, x - side / 2 + frame, y - side / 2 + frame, side - 2 * frame);
}
