import { html, nothing, type TemplateResult } from 'lit';
import type { Measured, Reconstruction, Stimulus } from '../../src/training.ts';
import { canvas } from '../internal/canvas.ts';
import { short } from '../internal/scale.ts';
import type { Frame } from './film.ts';
import { moment } from './words.ts';
import { t } from '../internal/languages/words.ts';

export interface Strip {
  readonly units: readonly number[];
  readonly checkpoints: readonly Measured[];
  /** What is there of each checkpoint. */
  readonly frames: readonly (Frame | undefined)[];
  readonly pictures: readonly Stimulus[];
  readonly layer: string;
  /** Where the reader is. */
  readonly at: number;
  readonly onGo: (index: number) => void;
}

/** Zeiler & Fergus 2014, figure 4: a row for each unit, a column for each checkpoint; where the stimulus jumps is marked. */
export function strip({ units, checkpoints, frames, pictures, layer, at, onGo }: Strip): TemplateResult {
  const current = (i: number): string | typeof nothing => (i === at ? 'step' : nothing);
  return html`<div
    class="strip"
    part="stimuli"
    role="region"
    tabindex="0"
    .style=${`--_steps: ${checkpoints.length}; --_rows: ${units.length}`}
    aria-label=${t`The strongest stimulus of some channels of ${layer}, step by step`}
  >
    <table>
      <thead>
        <tr>
          <td></td>
          ${checkpoints.map(
            (then, i) =>
              html`<th scope="col" aria-current=${current(i)}>
                <button
                  type="button"
                  aria-label=${t`Go to ${moment(then)}`}
                  @click=${() => {
                    onGo(i);
                  }}
                >
                  ${moment(then).replace(/^\D+/, '')}
                </button>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${units.map(
          (channel) =>
            html`<tr>
              <th scope="row">${channel}</th>
              ${checkpoints.map((then, i) => {
                const shown = frames[i]?.units.get(channel);
                const before = frames[i - 1]?.units.get(channel);
                const isJump = shown && before && shown.picture !== before.picture;
                return html`<td class=${isJump ? 'jump' : ''} aria-current=${current(i)}>
                  ${shown ? pair(shown, pictures, then) : frames[i] ? html`<div class="cell off" title=${t`No picture switches it on`}></div>` : html`<div class="cell"></div>`}
                  ${isJump ? html`<span class="hidden">${t`another picture than before`}</span>` : nothing}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function pair(
  { patch, reconstruction, picture, value, channel }: Reconstruction,
  pictures: readonly Stimulus[],
  then: Measured,
): TemplateResult {
  const { label } = pictures[picture]!;
  const name = t`channel ${channel}, ${moment(then)}: picture ${picture}${label === undefined ? '' : `, ${label}`}, activation ${short(value)}`;
  return html`<div class="cell" title=${name}>
    <div class="image-area">${canvas(reconstruction, t`Reconstruction, ${name}`, 'reconstruction')}</div>
    <div class="image-area">${canvas(patch, t`Stimulus, ${name}`, 'stimulus')}</div>
  </div>`;
}
