import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Calls again and again while it plays, until a call says that it was the last. */
export class Player implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #next: () => boolean;
  readonly #paceMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `next` goes one step on, and returns whether there may be more; `paceMs` lie between two steps. */
  constructor(host: ReactiveControllerHost, next: () => boolean, paceMs: number) {
    this.#host = host;
    this.#next = next;
    this.#paceMs = paceMs;
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
    }, this.#paceMs);
    this.#host.requestUpdate();
  }

  pause(): void {
    if (!this.isPlaying) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#host.requestUpdate();
  }
}
