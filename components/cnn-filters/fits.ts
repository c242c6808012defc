import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Filters } from '../../src/internal.ts';
import type { GaborWords } from './gabor.ts';

/** Smaller filters are near to some Gabor function whatever they are; larger ones hold up the page for too long at a time. */
const SIDES = [7, 16] as const;

/** How far the fits of filters have come: a share of them, words for all, or why there are none. */
export interface Fitted {
  /** 0…1 */
  readonly done?: number;
  readonly words?: GaborWords;
  readonly error?: Error;
}

/** Fits Gabor functions to the filters that an element shows, when it first asks for them; stops when others come, or it goes. */
export class Fits implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #filters: Filters | undefined;
  #fitted: Fitted = {};
  #stop: AbortController | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /**
   * Undefined where filters are smaller or larger than that, or do not look at a picture in colour. The host is rendered again
   * when there is more.
   */
  of(filters: Filters): Fitted | undefined {
    const [, planes, rows, columns] = filters.weights.shape as [number, number, number, number];
    const hasSize = Math.min(rows, columns) >= SIDES[0] && Math.max(rows, columns) <= SIDES[1];
    const isFitted = hasSize && planes === 3 && filters.planes !== undefined;
    if (filters !== this.#filters) {
      this.#forget();
      this.#filters = filters;
      if (isFitted) void this.#fit(filters);
    }
    return isFitted ? this.#fitted : undefined;
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#forget();
  }

  #forget(): void {
    this.#stop?.abort();
    this.#filters = undefined;
    this.#fitted = {};
  }

  async #fit(filters: Filters): Promise<void> {
    const { signal } = (this.#stop = new AbortController());
    let fitted: Fitted;
    try {
      const { gaborWords } = await import('./gabor.ts');
      const onProgress = (done: number): void => {
        if (Math.floor(100 * done) > Math.floor(100 * (this.#fitted.done ?? 0))) this.#show({ done });
      };
      fitted = { words: await gaborWords(filters, { signal, onProgress }) };
    } catch (error) {
      fitted = { error: error instanceof Error ? error : new Error(String(error)) };
    }
    if (!signal.aborted) this.#show(fitted);
  }

  #show(fitted: Fitted): void {
    this.#fitted = fitted;
    this.#host.requestUpdate();
  }
}
