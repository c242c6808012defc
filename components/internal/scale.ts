import { html, type TemplateResult } from 'lit';
import { cssGradient, labelledTicks, type ColormapName, type Range } from '../../src/internal.ts';
import { t } from './languages/words.ts';

/** A colour scale with its numbers, and what they measure. */
export function colourScale(colormap: ColormapName, [low, high]: Range, measure: string): TemplateResult {
  const at = (value: number): string => `${high > low ? (100 * (value - low)) / (high - low) : 50}%`;
  return html`<div class="scale" part="scale">
    <div class="bar" .style=${`background: ${cssGradient(colormap)}`}></div>
    <div class="ticks" aria-hidden="true">
      ${labelledTicks(low, high).map(([tick, text]) => html`<span .style=${`left: ${at(tick)}`}>${text}</span>`)}
    </div>
    <p class="measure">${t`${t(measure)}, ${short(low)} to ${short(high)}`}</p>
  </div>`;
}

/** The room of a scale that is not there yet. */
export function blankScale(): TemplateResult {
  return html`<div class="scale" aria-hidden="true">
    <div class="bar"></div>
    <div class="ticks"></div>
    <p class="measure"> </p>
  </div>`;
}

/** Three digits, as people write them. */
export function short(value: number): string {
  const text =
    Math.abs(value) >= 1000 && Math.abs(value) < 1e6 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '−');
}
