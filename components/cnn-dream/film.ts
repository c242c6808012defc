import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Picture } from '../../src/internal.ts';
import { canvas } from '../internal/canvas.ts';
import { button } from '../internal/controls.ts';
import { t } from '../internal/languages/words.ts';

const FRAME_MS = 200;

/** Pictures that follow each other, over and over, until the reader holds them. */
export class Film implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #frames: readonly Picture[] = [];
  #at = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.hold();
  }

  get frames(): readonly Picture[] {
    return this.#frames;
  }

  /** Shows one more. */
  add(frame: Picture): void {
    this.#frames = [...this.#frames, frame];
    this.#at = this.#frames.length - 1;
    this.#host.requestUpdate();
  }

  clear(): void {
    this.hold();
    this.#frames = [];
  }

  play(): void {
    this.#timer ??= setInterval(() => {
      this.#at = (this.#at + 1) % this.#frames.length;
      this.#host.requestUpdate();
    }, FRAME_MS);
    this.#host.requestUpdate();
  }

  /** By itself only for readers who do not mind what moves. */
  autoplay(): void {
    if (this.#frames.length > 1 && !matchMedia('(prefers-reduced-motion: reduce)').matches) this.play();
  }

  hold(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#host.requestUpdate();
  }

  render(count: number): TemplateResult {
    const frame = this.#frames[this.#at];
    const plays = this.#timer !== undefined;
    return html`<div class="panel">
      <h3>${t`Zoom, frame ${frame ? this.#at + 1 : 0} of ${Math.max(count, this.#frames.length)}`}</h3>
      <div class="image-area">${frame ? canvas(frame, t('the frames of the zoom'), 'film') : nothing}</div>
      <div class="files">
        ${button(
          plays ? 'Hold the zoom' : 'Play the zoom',
          () => {
            if (plays) this.hold();
            else this.play();
          },
          { disabled: this.#frames.length < 2 },
        )}
      </div>
    </div>`;
  }
}
