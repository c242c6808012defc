import { html, type TemplateResult } from 'lit';
import { cssGradient, labelledTicks, type ColormapName, type Range } from '../../src/internal.ts';

/** A colour scale with its numbers, and what they measure. */
export function colourScale(colormap: ColormapName, [low, high]: Range, measure: string): TemplateResult {
  const at = (value: number): string => `${high > low ? (100 * (value - low)) / (high - low) : 50}%`;
  return html`<div class="scale" part="scale">
    <div class="bar" .style=${`background: ${cssGradient(colormap)}`}></div>
    <div class="ticks" aria-hidden="true">
      ${labelledTicks(low, high).map(([tick, text]) => html`<span .style=${`left: ${at(tick)}`}>${text}</span>`)}
    </div>
    <p class="measure">${measure}, ${endsText(low, high)}</p>
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

/** Both ends, with enough digits to tell them apart. */
function endsText(low: number, high: number): string {
  if (!(low < high)) return short(low);
  let digits = 3;
  while (short(low, digits) === short(high, digits)) digits += 2;
  return `${short(low, digits)} to ${short(high, digits)}`;
}

/** Three digits, as people write them; with more where these do not do. */
export function short(value: number, digits = 3): string {
  const size = Math.abs(value);
  const text =
    digits === 3 && size >= 1000 && size < 1e6 ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return text.replaceAll('-', '−');
}
