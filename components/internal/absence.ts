import { html, type nothing, type TemplateResult } from 'lit';
import { DeviceLostError, UnpoolError, UnsupportedEnvironmentError } from '../../src/internal.ts';
import { button } from './controls.ts';
import { explain, t } from './languages/words.ts';

/** Nothing that a reader did: there is nothing here to compute with. */
export function isAbsence(error: unknown): boolean {
  return error instanceof UnsupportedEnvironmentError || error instanceof DeviceLostError;
}

/**
 * What stands in the place of a figure that cannot be computed here: what its author put into the element, else the
 * poster; below it the reason in one quiet line, which opens to what the reader can do.
 */
export function absence(
  host: Element,
  error: Error,
  poster: TemplateResult | Element | typeof nothing,
  onRetry: () => void,
): TemplateResult {
  const reason = explain({ message: error instanceof UnpoolError ? error.what : error.message });
  return html`${hasFallback(host) ? html`<slot></slot>` : poster}
    <details class="absence" part="reason">
      <summary>${t`Not computed here: ${reason}.`}</summary>
      <p>${explain(error)}</p>
      ${button('Try again', onRetry)}
    </details>`;
}

/** Line breaks between tags are no fallback, though a slot would take them for one. */
function hasFallback({ childNodes }: Element): boolean {
  return [...childNodes].some((node) =>
    node instanceof Element ? node.slot === '' : node instanceof Text && node.data.trim() !== '',
  );
}
