import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Roofline } from '../../src/internal.ts';
import { digits, type Row } from './rows.ts';
import { t } from '../internal/languages/words.ts';

const [WIDTH, HEIGHT] = [640, 300];
const BORDER = { top: 14, right: 16, bottom: 42, left: 76 };
/** Decades below the peak that are shown at least, and around the ridge. */
const DEPTH = 2;

/** Which row the reader looks at: keys and pointer move it. */
export interface PlotReader {
  readonly chosen: string | undefined;
  readonly onChoose: (layer: string, spoken: boolean) => void;
}

/** The rows below the roof of their device, on logarithmic axes: operations a byte, and a second. */
export function rooflinePlot(all: readonly Row[], { flops, bytes }: Roofline, reader: PlotReader): TemplateResult {
  const rows = all.filter(({ intensity, flops: rate }) => intensity > 0 && Number.isFinite(rate));
  const ridge = flops / bytes;
  const x = axis([...rows.map((row) => row.intensity), ridge / 10, ridge * 10], BORDER.left, WIDTH - BORDER.right);
  const y = axis(
    [...rows.map((row) => row.flops), flops * 1.5, flops / 10 ** DEPTH],
    HEIGHT - BORDER.bottom,
    BORDER.top,
  );
  const start = Math.max(x.low, y.low / bytes);
  const roof = [
    [start, start * bytes],
    [ridge, flops],
    [x.high, flops],
  ].map(([a, b]) => `${x.at(a!)},${y.at(b!)}`);
  const chosen = rows.find(({ layer }) => layer === reader.chosen);
  const hidden = all.length - rows.length;
  return html`<svg
      part="plot"
      class="plot"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      tabindex="0"
      role="application"
      aria-roledescription=${t`plot`}
      aria-label=${t`Roofline: operations a second over operations a byte. The arrow keys read it layer by layer.`}
      @keydown=${(event: KeyboardEvent) => {
        press(event, rows, reader);
      }}
    >
      ${x.decades.map((value) => verticalLine(x.at(value), exponent(value)))}
      ${y.decades.map((value) => horizontalLine(y.at(value), digits(value / 1e9)))}
      <polyline class="roof" points=${roof.join(' ')} />
      <text class="name" x=${(BORDER.left + WIDTH - BORDER.right) / 2} y=${HEIGHT - 8} text-anchor="middle">
        ${t`operations a byte`}
      </text>
      <text class="name" transform="translate(16 ${(HEIGHT - BORDER.bottom) / 2}) rotate(-90)" text-anchor="middle">
        ${t`GFLOP/s`}
      </text>
      ${rows.map((row) => dot(row, x.at(row.intensity), y.at(row.flops), reader))}
      ${chosen ? marked(x.at(chosen.intensity), y.at(chosen.flops)) : nothing}
    </svg>
    <p class="muted">
      ${t`The line is what this device can do: ${digits(flops / 1e9)} GFLOP/s in registers, ${digits(bytes / 1e9)} GB/s through memory.${hidden > 0 ? t` ${hidden} layers without arithmetic are in the table only.` : ''}`}
    </p>`;
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly decades: readonly number[];
  /** Where a value lies, px. */
  readonly at: (value: number) => number;
}

function axis(values: readonly number[], from: number, to: number): Axis {
  const [low, high] = [Math.min(...values) / 1.3, Math.max(...values) * 1.3];
  const first = Math.ceil(Math.log10(low));
  const decades = Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => 10 ** (first + i));
  const at = (value: number): number => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  return { low, high, decades, at };
}

function verticalLine(x: number, text: string): SVGTemplateResult {
  const bottom = HEIGHT - BORDER.bottom;
  return svg`<line class="grid" x1=${x} x2=${x} y1=${BORDER.top} y2=${bottom} />
    <text x=${x} y=${bottom + 15} text-anchor="middle">${text}</text>`;
}

function horizontalLine(y: number, text: string): SVGTemplateResult {
  return svg`<line class="grid" x1=${BORDER.left} x2=${WIDTH - BORDER.right} y1=${y} y2=${y} />
    <text x=${BORDER.left - 6} y=${y + 4} text-anchor="end">${text}</text>`;
}

function dot({ layer, flops }: Row, x: number, y: number, { onChoose }: PlotReader): SVGTemplateResult {
  const choose = (): void => {
    onChoose(layer, false);
  };
  return svg`<circle class="dot" cx=${x} cy=${y} r="4.5" @pointerdown=${choose}>
    <title>${t`${layer}: ${digits(flops / 1e9)} GFLOP/s`}</title>
  </circle>`;
}

function marked(x: number, y: number): SVGTemplateResult {
  return svg`<circle class="mark" cx=${x} cy=${y} r="8" />`;
}

const exponent = (value: number): string =>
  value >= 0.01 ? String(Number(value.toPrecision(1))) : value.toExponential(0);

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** In the order of execution. */
function press(event: KeyboardEvent, rows: readonly Row[], { chosen, onChoose }: PlotReader): void {
  const step = STEPS[event.key];
  if (step === undefined || rows.length === 0) return;
  event.preventDefault();
  const at = rows.findIndex(({ layer }) => layer === chosen) + step;
  onChoose(rows[Math.min(Math.max(at, 0), rows.length - 1)]!.layer, true);
}
