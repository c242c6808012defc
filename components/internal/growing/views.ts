import { html, nothing, type TemplateResult } from 'lit';
import type { Snapshot } from '../../../src/internal.ts';
import { canvas } from '../canvas.ts';
import { button } from '../controls.ts';
import { curve } from '../curve.ts';
import { durationText } from '../provenance.ts';
import { short } from '../scale.ts';
import type { Growing } from './growing.ts';
import type { Track } from './track.ts';
import { t } from '../languages/words.ts';

/** Images as they were at the step that is looked at; before there are any, the room of `count`. */
export function grownImages(
  growing: Growing,
  count: number,
  columns: number = Math.ceil(Math.sqrt(count)),
): TemplateResult {
  const { only, titles } = growing;
  const all = [...Array(titles.length || count).keys()];
  return html`<div class="images" .style=${`--_columns: ${columns}`}>
    ${(only === undefined ? all : [only]).map((i) => {
      const title = t(titles[i] ?? '\u00a0');
      const shot = growing.shotOf(i);
      return html`<div class="panel">
        <h3>${title}</h3>
        <div class="image-area">${shot ? canvas(shot.picture, t`${title}, step ${shot.step}`, 'image') : nothing}</div>
      </div>`;
    })}
  </div>`;
}

/** The objective over the steps, and what the reader can do. `name` becomes that of the files. */
export function timeline(growing: Growing, name: string): TemplateResult {
  const { tracks, newest, isBusy, isPaused } = growing;
  const fileName = name.replace(/\W+/g, '-');
  const at = Math.min(growing.step, newest);
  return html`<div class="timeline" part="timeline">
    ${curve({
      lines: tracks.map(({ title, last }) => ({
        name: title,
        points: [...last.trace].map((value, i) => [i, value] as const),
      })),
      x: 'step',
      y: 'objective',
      label: tracks.map(({ title, last }) => objectiveText(t(title), last)).join(' '),
      at: newest > 0 ? at : undefined,
    })}
    <label
      ><span>${t`Look back: step ${at} of ${newest}`}</span>
      <input
        class="scrubber"
        type="range"
        min="0"
        max=${newest}
        .value=${String(at)}
        ?disabled=${newest === 0}
        @input=${({ target }: Event) => {
          growing.lookAt(Number((target as HTMLInputElement).value));
        }}
    /></label>
    <p class="readout" part="readout">${isPaused ? t('Paused. ') : ''}${readout(tracks)}</p>
    <div class="files">
      ${button(isPaused ? 'Resume' : 'Pause', () => growing.togglePause(), { disabled: !isBusy })}
      ${button('More steps', () => growing.goOn(), { disabled: isBusy || tracks.length === 0 })}
      ${button('Save PNG', () => growing.saveImage(fileName), { disabled: tracks.length === 0 })}
      ${button('Save animation', () => growing.saveAnimation(fileName), { disabled: newest === 0 || growing.isSaving })}
    </div>
    ${tracks.flatMap(({ last }) => last.notes).map((note) => html`<p class="muted" part="note">${t(note)}</p>`)}
  </div>`;
}

function objectiveText(title: string, { trace }: Snapshot): string {
  if (trace.length === 0) return t`${title}: not begun.`;
  return t`${title}: the objective went from ${short(trace[0]!)} to ${short(trace.at(-1)!)} in ${trace.length} steps.`;
}

/** Of the image that is behind the others; objectives in the order of the images. */
function readout(tracks: readonly Track[]): string {
  const [behind] = [...tracks].sort((a, b) => a.last.step - b.last.step);
  if (!behind) return '';
  const { last, stepMs } = behind;
  const pace = stepMs === undefined ? '' : t`, ${durationText(stepMs)} a step`;
  const values = tracks.flatMap(({ last: { trace } }) => (trace.length > 0 ? [short(trace.at(-1)!)] : []));
  return t`${last.step} of ${last.steps} steps${pace}${values.length > 0 ? t`; objective ${values.join(', ')}` : ''}.`;
}
