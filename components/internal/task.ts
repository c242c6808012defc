import type { ReactiveController } from 'lit';
import { announce } from './announcer.ts';
import { explain, t, type Speaker } from './languages/words.ts';

/** Something a reader asked a figure for besides its result: one at a time, with progress, and it can be stopped. */
export class Task implements ReactiveController {
  readonly #host: Speaker;
  #abort = new AbortController();
  /** What is going on. */
  words: string | undefined;
  /** 0…1; undefined where it is not known. */
  progress: number | undefined;
  error: Error | undefined;

  constructor(host: Speaker) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** Does it instead of what was going on. What it returns is announced; undefined where it failed or was stopped. */
  async perform(
    words: string,
    work: (signal: AbortSignal, onProgress: (done: number) => void) => Promise<string>,
  ): Promise<string | undefined> {
    this.stop();
    const abort = new AbortController();
    const { signal } = abort;
    this.#abort = abort;
    this.#set(words, undefined, undefined);
    try {
      const done = await work(signal, (share) => {
        if (!signal.aborted) this.#set(words, share, undefined);
      });
      if (signal.aborted) return undefined;
      this.#set(undefined, undefined, undefined);
      announce(this.#host, () => t(done));
      return done;
    } catch (cause) {
      if (signal.aborted) return undefined;
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.#set(undefined, undefined, error);
      announce(this.#host, () => t`That failed. ${explain(error)}`);
      return undefined;
    }
  }

  stop(): void {
    this.#abort.abort();
    this.#set(undefined, undefined, undefined);
  }

  #set(words: string | undefined, progress: number | undefined, error: Error | undefined): void {
    Object.assign(this, { words, progress, error });
    this.#host.requestUpdate();
  }
}
