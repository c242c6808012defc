import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Between two steps, ms. */
const PACE_MS = 900;

/** Calls again and again while it plays, until a call says that it was the last. */
export class Player implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #next: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `next` goes one step on, and returns whether there may be more. */
  constructor(host: ReactiveControllerHost, next: () => boolean) {
    this.#host = host;
    this.#next = next;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.pause();
  }

  get isPlaying(): boolean {
    return this.#timer !== undefined;
  }

  play(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#next()) this.play();
      else this.pause();
    }, PACE_MS);
    this.#host.requestUpdate();
  }

  pause(): void {
    if (!this.isPlaying) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#host.requestUpdate();
  }
}
