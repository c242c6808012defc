import { picturesText } from '../internal/whole.ts';
import { html, nothing, type TemplateResult } from 'lit';
import { button, filePicker } from '../internal/controls.ts';
import { brief } from '../internal/link.ts';
import { errorText } from '../internal/status.ts';
import type { OwnPictures } from './own-pictures.ts';
import { t } from '../internal/languages/words.ts';

export interface Teacher {
  /** Whose end is to be changed, by name. */
  readonly network: string;
  readonly onTeach: (how: 'new-head' | 'from-scratch') => void;
  /** Back to the examples of the page; undefined where it is there. */
  readonly onBack: (() => void) | undefined;
}

/** The reader's own classes: folders, or the webcam while a button is held. */
export function teachingView(own: OwnPictures, { network, onTeach, onBack }: Teacher): TemplateResult {
  const { classes, video, isOpening, isReady, error } = own;
  return html`<details class="teaching" part="teaching">
    <summary>${t`Teach it your own pictures`}</summary>
    <p class="muted">
      ${t`Choose or drop a folder that has a folder of pictures for each class; or open the webcam, name classes, and hold a button while it sees one. Nothing leaves this machine.`}
    </p>
    <div class="controls">
      ${filePicker('Folder of folders', { folder: true }, (files) => void own.take(files))}
      ${filePicker('Zip file', { accept: '.zip' }, (files) => void own.take(files))}
      <div class="buttons">
        ${
          video || isOpening
            ? button('Close the webcam', () => own.closeWebcam())
            : button('Open the webcam', () => own.openWebcam())
        }
        ${button('Add a class', () => own.addClass())}
      </div>
    </div>
    ${error ? html`<div class="error">${errorText(error)}</div>` : nothing}
    <div class="taught">
      ${video ? html`<div class="image-area">${video}</div>` : nothing}
      <ul>
        ${classes.map((_, i) => classView(own, i))}
      </ul>
    </div>
    <div class="files">
      ${button(t`Learn with ${network}`, () => onTeach('new-head'), { disabled: !isReady })}
      ${button('Learn from scratch', () => onTeach('from-scratch'), { disabled: !isReady })}
      ${onBack ? button('Back to the examples', onBack) : nothing}
    </div>
  </details>`;
}

function classView(own: OwnPictures, at: number): TemplateResult {
  const { name, pictures } = own.classes[at]!;
  const hold = (event: KeyboardEvent | PointerEvent): void => {
    if (event instanceof KeyboardEvent && event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    void own.hold(at);
  };
  const release = (): void => {
    own.release();
  };
  return html`<li>
    <input
      type="text"
      aria-label=${t`Name of class ${at + 1}`}
      .value=${name}
      @change=${({ target }: Event) => {
        own.rename(at, (target as HTMLInputElement).value.trim() || name);
      }}
    />
    <span class="muted">${picturesText(pictures.length)}</span>
    <button
      type="button"
      aria-pressed=${own.taking === at}
      aria-label=${t`Hold to take pictures of ${brief(name)}`}
      ?disabled=${!own.video}
      @pointerdown=${hold}
      @pointerup=${release}
      @pointerleave=${release}
      @pointercancel=${release}
      @keydown=${hold}
      @keyup=${release}
      @blur=${release}
    >
      ${t`Hold`}
    </button>
    ${button('Remove', () => own.remove(at), { label: t`Remove ${brief(name)}` })}
  </li>`;
}
