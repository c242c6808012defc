import { html, type TemplateResult } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { cssGradient, formatTicks, niceTicks, type ColormapName, type Range } from '../../src/index.ts';

/** A colour scale with its numbers. */
export function colourScale(colormap: ColormapName, [low, high]: Range, label: string): TemplateResult {
  const ticks = niceTicks(low, high, 4);
  const texts = formatTicks(ticks);
  const at = (value: number): string => `${high > low ? (100 * (value - low)) / (high - low) : 50}%`;
  return html`<div class="scale" part="scale">
    <div class="bar" style=${styleMap({ background: cssGradient(colormap) })}></div>
    <div class="ticks" aria-hidden="true">
      ${ticks.map((tick, i) => html`<span style=${styleMap({ left: at(tick) })}>${texts[i]}</span>`)}
    </div>
    <span class="scale-label">${label}, ${low.toPrecision(3)} to ${high.toPrecision(3)}</span>
  </div>`;
}
