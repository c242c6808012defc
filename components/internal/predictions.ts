import { css, html, type CSSResult, type TemplateResult } from 'lit';
import type { Model, Prediction } from '../../src/internal.ts';
import { t } from './languages/words.ts';
import { short } from './scale.ts';

/** `12.3 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What a network says of a class, a probability or a value. */
export function readingText({ head }: Model, reading: number): string {
  return head.kind === 'values' ? short(reading) : percent(reading);
}

/** What {@link readingText} is of. */
export function readingName({ head }: Model): string {
  return t(head.kind === 'values' ? 'value' : 'probability');
}

/** A class as readers know it, as `className` says it to programs. */
export function classText({ labels }: Model, id: number): string {
  return labels[id]?.name ?? t`class ${id}`;
}

/** Classes with their probabilities as bars; keeps the room of five while there are none. */
export function predictionList(predictions: readonly Prediction[] | undefined, label: string): TemplateResult {
  const rows = predictions ?? Array.from({ length: 5 }, () => undefined);
  return html`<ol class="predictions" part="predictions" aria-label=${t(label)}>
    ${rows.map(
      (prediction) =>
        html`<li .style=${`--_share: ${prediction?.probability ?? 0}`}>
          <span>${prediction ? nameText(prediction) : '\u00a0'}</span
          ><span>${prediction && predictionText(prediction)}</span>
        </li>`,
    )}
  </ol>`;
}

/** Labels are said as they are. */
export function nameText({ id, name }: Pick<Prediction, 'id' | 'name'>): string {
  return name === `class ${id}` ? t`class ${id}` : name;
}

function predictionText({ probability, score }: Prediction): string {
  return probability === undefined ? short(score) : percent(probability);
}

export const predictionStyles: CSSResult = css`
  .predictions {
    margin: 0.5rem 0 0;
    padding: 0;
    list-style: none;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .predictions li {
    position: relative;
    isolation: isolate;
    overflow: clip;
    display: flex;
    justify-content: space-between;
    gap: 0.5rem;
    margin-block-end: 2px;
    padding: 0.05rem 0.35rem;
    background: var(--_sunken);
    border-radius: 4px;
  }
  .predictions li::before {
    position: absolute;
    inset: 0 auto 0 0;
    z-index: -1;
    inline-size: calc(100% * var(--_share, 0));
    background: color-mix(in srgb, var(--_accent) 22%, var(--_sunken));
    content: '';
    forced-color-adjust: none;
    print-color-adjust: exact;
  }
  .predictions span:first-child {
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: plaintext;
    white-space: nowrap;
  }
  .predictions span:last-child {
    flex: none;
  }
`;
