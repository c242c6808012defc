import { html, type TemplateResult } from 'lit';
import type { Prediction } from '../../src/index.ts';

/** `12.3 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Classes with their probabilities as bars; keeps the room of five while there are none. */
export function predictionList(predictions: readonly Prediction[] | undefined, label: string): TemplateResult {
  const rows = predictions ?? Array.from({ length: 5 }, () => undefined);
  return html`<ol class="predictions" part="predictions" aria-label=${label}>
    ${rows.map(
      (prediction) =>
        html`<li style="--_share: ${prediction?.probability ?? 0}">
          <span>${prediction?.name ?? '\u00a0'}</span><span>${prediction && percent(prediction.probability)}</span>
        </li>`,
    )}
  </ol>`;
}
