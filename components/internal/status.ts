import { html, nothing, type TemplateResult } from 'lit';
import { UnpoolError, type LoadProgress } from '../../src/internal.ts';
import { button } from './controls.ts';
import type { Phase } from './phase.ts';
import { durationText } from './provenance.ts';
import { explain, t } from './languages/words.ts';

export interface Status {
  readonly phase: Phase;
  /** Said before it starts. */
  readonly waiting: string;
  /** 0…1; undefined where it is not known. */
  readonly progress: number | undefined;
  readonly bytes: LoadProgress | undefined;
  readonly error: Error | undefined;
  /** What is drawn took, ms. */
  readonly ms: number | undefined;
  /** The reader is offered to start it. */
  readonly mayStart?: boolean;
  readonly onStart: () => void;
  /** Offered once it is drawn. */
  readonly onSave?: (() => Promise<void>) | undefined;
  readonly onStop: () => void;
}

/** What the figure is doing, and what the reader can do about it. */
export function statusLine({
  phase,
  waiting,
  progress,
  bytes,
  error,
  ms,
  mayStart,
  onStart,
  onSave,
  onStop,
}: Status): TemplateResult {
  if (phase === 'error') {
    return html`<div class="status error" part="error">${errorText(error)} ${button('Try again', onStart)}</div>`;
  }
  const words = {
    poster: waiting,
    loading: loadingText(bytes),
    ready: t('Waiting for its turn…'),
    running: progress === undefined ? t('Computing…') : t`Computing… ${(100 * progress).toFixed(0)} %`,
    result: ms === undefined ? '' : t`Drawn in ${durationText(ms)}.`,
    stopped: t('Stopped.'),
  }[phase];
  const busy = phase === 'loading' || phase === 'ready' || phase === 'running';
  return html`<div class="status" part="status">
    ${busy ? html`<progress aria-label=${words} max="1" value=${progress ?? nothing}></progress>` : nothing}
    <span>${words}</span>
    ${mayStart ? button('Compute it here', onStart) : nothing} ${busy ? button('Stop', onStop) : nothing}
    ${phase === 'stopped' ? button('Start again', onStart) : nothing}
    ${phase === 'result' && onSave ? button('Save figure', onSave) : nothing}
  </div>`;
}

/** What a figure that is printed before it is drawn has in place of its own part: what its author says instead. */
export function onPaper(poster: TemplateResult | typeof nothing): TemplateResult {
  return html`<div class="paper">
    <slot>${poster}</slot>
    <p class="muted">${t`Not drawn yet when this was printed.`}</p>
  </div>`;
}

export function errorText(error: Error | undefined): TemplateResult {
  return html`<p>
    <strong>${t(error instanceof UnpoolError ? error.code : 'unexpected error')}</strong> ${error && explain(error)}
  </p>`;
}

function loadingText(bytes: LoadProgress | undefined): string {
  const megabytes = (count: number): string => (count / 1e6).toFixed(1);
  if (!bytes) return t('Loading…');
  const { loadedBytes, totalBytes, silentMs } = bytes;
  const silence = silentMs > 0 ? t`; the server has sent nothing for ${durationText(silentMs)}` : '';
  const total = totalBytes === undefined ? '' : t` of ${megabytes(totalBytes)}`;
  return t`Loading the network, ${megabytes(loadedBytes)}${total} MB${silence}`;
}
