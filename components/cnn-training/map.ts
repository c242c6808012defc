import { html, svg, type TemplateResult } from 'lit';
import { classColour } from '../../src/internal.ts';
import type { Stimulus } from '../../src/training.ts';
import { t } from '../internal/languages/words.ts';

/** Units across the map, and what points leave free at its border. */
const SIDE = 100;
const MARGIN = 4;
const RADIUS = 1.15;

/** Pictures as points at their places [n, 2], fitted into the map; the style sheet moves them from step to step. */
export function scatter(positions: Float32Array, pictures: readonly Stimulus[], label: string): TemplateResult {
  const place = fitted(positions);
  const ranks = ranksOf(pictures);
  return html`<svg class="scatter" viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label=${label}>
    ${pictures.map((picture, i) => {
      const [x, y] = place(i);
      return svg`<circle cx=${x.toFixed(2)} cy=${y.toFixed(2)} r=${RADIUS} fill=${colourOf(ranks.get(picture.label))} />`;
    })}
  </svg>`;
}

/** Labels beside the colours of their points. */
export function labelLegend(pictures: readonly Stimulus[]): TemplateResult {
  return html`<ul class="classes" aria-label=${t`Labels`}>
    ${[...ranksOf(pictures)].map(
      ([label, rank]) => html`<li><span .style=${`background: ${colourOf(rank)}`}></span>${label}</li>`,
    )}
  </ul>`;
}

/** Labels in the order in which they appear. */
function ranksOf(pictures: readonly Stimulus[]): ReadonlyMap<string | undefined, number> {
  const labels = new Set(pictures.flatMap(({ label }) => (label === undefined ? [] : [label])));
  return new Map([...labels].map((label, rank) => [label, rank]));
}

function colourOf(rank: number | undefined): string {
  return rank === undefined ? 'var(--_accent)' : `rgb(${classColour(rank).join(' ')})`;
}

function fitted(positions: Float32Array): (i: number) => readonly [x: number, y: number] {
  const ends = [0, 1].map((axis) => {
    const values = positions.filter((_, at) => at % 2 === axis);
    return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const, [
      Infinity,
      -Infinity,
    ] as readonly [number, number]);
  });
  const span = Math.max(...ends.map(([low, high]) => high - low));
  const scale = span > 0 ? (SIDE - 2 * MARGIN) / span : 0;
  const at = (i: number, axis: 0 | 1): number => {
    const [low, high] = ends[axis]!;
    return SIDE / 2 + (positions[2 * i + axis]! - (low + high) / 2) * scale;
  };
  return (i) => [at(i, 0), at(i, 1)];
}
