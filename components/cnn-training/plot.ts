import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Likeness, Measured } from '../../src/training.ts';
import { MEASURES, moment, type Along } from './words.ts';
import { t } from '../internal/languages/words.ts';

const [WIDTH, HEIGHT] = [240, 170];
const BORDER = { top: 8, right: 10, bottom: 30, left: 34 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];
/** Tells lines apart without colours. */
const DASHES = ['none', '6 3', '2 3', '8 3 2 3', '12 4', '1 2'] as const;
/** Checkpoints that are named on the axis, beside the first. */
const NAMED = 4;

/** Colour and dashes of a layer: its place among all, from the first to the last. */
export function lineStyle(i: number, count: number): string {
  return `--_late: ${count > 1 ? Math.round((100 * i) / (count - 1)) : 0}%; stroke-dasharray: ${DASHES[i % DASHES.length]!}`;
}

/** How like the end each layer is at each checkpoint: a plot for each measure, beside each other. */
export function convergencePlots(
  layers: readonly Along[],
  checkpoints: readonly Measured[],
  at: number,
): readonly TemplateResult[] {
  return MEASURES.map(({ key, title: english }) => {
    const title = t(english);
    return html`<div class="plot">
      <h4>${title[0]!.toUpperCase()}${title.slice(1)}</h4>
      ${plot(key, t`${title}, against the end of the training`, layers, checkpoints, at)}
    </div>`;
  });
}

function plot(
  key: keyof Likeness,
  label: string,
  layers: readonly Along[],
  checkpoints: readonly Measured[],
  at: number,
): TemplateResult {
  const last = Math.max(checkpoints.length - 1, 1);
  const x = (i: number): number => BORDER.left + ((WIDTH - BORDER.left - BORDER.right) * i) / last;
  const values = layers.flatMap((layer) => layer.values.map((value) => value[key])).filter(Number.isFinite);
  const low = Math.min(0, ...values);
  const y = (value: number): number => {
    return HEIGHT - BORDER.bottom - ((HEIGHT - BORDER.top - BORDER.bottom) * (value - low)) / (1 - low);
  };
  const named = checkpoints.map((_, i) => i).filter((i) => i % Math.max(Math.ceil(last / NAMED), 1) === 0);
  const byEpoch = checkpoints.every(({ epoch }) => epoch !== undefined);
  return html`<svg class="likeness" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    ${TICKS.map(
      (tick) =>
        svg`<line class="grid" x1=${BORDER.left} x2=${WIDTH - BORDER.right} y1=${y(tick)} y2=${y(tick)} />
          <text x=${BORDER.left - 5} y=${y(tick) + 4} text-anchor="end">${tick}</text>`,
    )}
    ${named.map(
      (i) =>
        svg`<text x=${x(i)} y=${HEIGHT - BORDER.bottom + 13} text-anchor="middle">${moment(checkpoints[i]!).replace(/^\D+/, '')}</text>`,
    )}
    <text x=${(BORDER.left + WIDTH - BORDER.right) / 2} y=${HEIGHT - 3} text-anchor="middle">
      ${t`${t(byEpoch ? 'epoch' : 'step')} of the checkpoint`}
    </text>
    <line class="at" x1=${x(at)} x2=${x(at)} y1=${BORDER.top} y2=${HEIGHT - BORDER.bottom} />
    ${layers.map(({ name, values: own }, i) => {
      // What is not known yet leaves a gap
      const path = own.map((value, k) => {
        if (!Number.isFinite(value[key])) return '';
        return `${Number.isFinite(own[k - 1]?.[key]) ? 'L' : 'M'}${x(k)} ${y(value[key])}`;
      });
      const here = own[at]?.[key];
      return svg`<g class="layer" .style=${lineStyle(i, layers.length)}>
        <path d=${path.join(' ')}><title>${name}</title></path>
        ${here !== undefined && Number.isFinite(here) ? svg`<circle cx=${x(at)} cy=${y(here)} r="3" />` : nothing}
      </g>`;
    })}
  </svg>`;
}

/** Layers beside their lines. */
export function layerLegend(layers: readonly Along[]): TemplateResult {
  return html`<ul class="lines" aria-label=${t`Layers`}>
    ${layers.map(
      ({ name }, i) =>
        html`<li>
          <svg viewBox="0 0 30 8" aria-hidden="true">
            ${svg`<g class="layer" .style=${lineStyle(i, layers.length)}><line x1="0" x2="30" y1="4" y2="4" /></g>`}
          </svg>
          ${name}
        </li>`,
    )}
  </ul>`;
}
