import { css, html, nothing, svg, type CSSResult, type TemplateResult } from 'lit';
import { t } from './languages/words.ts';
import { labelledTicks, type Tick } from '../../src/internal.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Curve {
  readonly lines: readonly Line[];
  readonly x: string;
  readonly y: string;
  /** What it says, for those who do not see it. */
  readonly label: string;
  /** Where on x the reader looks. */
  readonly at?: number | undefined;
  /** Ends of y; those of the lines by default. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

const [WIDTH, HEIGHT] = [360, 170];
const BORDER = { top: 10, right: 14, bottom: 36, left: 72 };

/** Lines over one axis, with numbers; without points the room they will take. */
export function curve({ lines, x, y, label, at, range }: Curve): TemplateResult {
  const points = lines.flatMap((line) => line.points).filter(([, value]) => Number.isFinite(value));
  if (points.length === 0) return html`<svg class="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"></svg>`;
  const across = axis(endsOf(points.map(([value]) => value)), BORDER.left, WIDTH - BORDER.right);
  const up = axis(range ?? endsOf(points.map(([, value]) => value)), HEIGHT - BORDER.bottom, BORDER.top);
  return html`<svg part="curve" class="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    ${across.ticks.map(
      ([value, text]) =>
        svg`<line class="grid" x1=${across.at(value)} x2=${across.at(value)} y1=${BORDER.top} y2=${HEIGHT - BORDER.bottom} />
          <text x=${across.at(value)} y=${HEIGHT - BORDER.bottom + 13} text-anchor="middle">${text}</text>`,
    )}
    ${up.ticks.map(
      ([value, text]) =>
        svg`<line class="grid" x1=${BORDER.left} x2=${WIDTH - BORDER.right} y1=${up.at(value)} y2=${up.at(value)} />
          <text x=${BORDER.left - 5} y=${up.at(value) + 4} text-anchor="end">${text}</text>`,
    )}
    ${lines.map(({ name, points: own }, i) => {
      const path = own.filter(([, value]) => Number.isFinite(value)).map(([a, b]) => `${across.at(a)},${up.at(b)}`);
      return svg`<polyline class="line" stroke-dasharray=${DASHES[i % DASHES.length]!} points=${path.join(' ')}>
        <title>${t(name)}</title>
      </polyline>`;
    })}
    ${at === undefined ? nothing : svg`<line class="at" x1=${across.at(at)} x2=${across.at(at)} y1=${BORDER.top} y2=${HEIGHT - BORDER.bottom} />`}
    <text x=${(BORDER.left + WIDTH - BORDER.right) / 2} y=${HEIGHT - 6} text-anchor="middle">${t(x)}</text>
    <text transform="translate(12 ${(HEIGHT - BORDER.bottom) / 2}) rotate(-90)" text-anchor="middle">${t(y)}</text>
  </svg>`;
}

/** Tells lines apart without colours. */
const DASHES = ['none', '5 3', '1.5 3', '8 3 2 3'] as const;

interface Axis {
  readonly ticks: readonly Tick[];
  /** Where a value lies, px. */
  readonly at: (value: number) => number;
}

function axis([low, high]: readonly [number, number], from: number, to: number): Axis {
  const share = (value: number): number => (high > low ? (value - low) / (high - low) : 0.5);
  return {
    ticks: labelledTicks(low, high),
    at: (value) => from + (to - from) * Math.min(Math.max(share(value), 0), 1),
  };
}

function endsOf(values: readonly number[]): readonly [number, number] {
  return values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}

export const curveStyles: CSSResult = css`
  .curve {
    display: block;
    inline-size: 100%;
    max-inline-size: 30rem;
    aspect-ratio: 360 / 170;
  }
  .curve text {
    fill: var(--_muted);
    font-size: 11px;
    font-variant-numeric: tabular-nums;
  }
  .curve .grid {
    stroke: var(--_line);
  }
  .curve .line {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.6;
  }
  .curve .at {
    stroke: var(--_text);
  }
`;
