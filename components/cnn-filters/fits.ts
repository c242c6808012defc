import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Filters } from '../../src/internal.ts';
import type { GaborWords } from './gabor.ts';

/** Smaller filters are near to some Gabor function whatever they are. */
const MIN_SIDE = 7;

/** How far the fits of filters have come: nothing yet, words for them, or why there are none. */
export interface Fitted {
  readonly words?: GaborWords;
  readonly error?: string;
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

  /** Undefined where filters are small, or do not look at a picture in colour. The host is rendered again when there is more. */
  of(filters: Filters): Fitted | undefined {
    const [, planes, rows, columns] = filters.weights.shape as [number, number, number, number];
    const isLarge = planes === 3 && filters.planes !== undefined && Math.min(rows, columns) >= MIN_SIDE;
    if (filters !== this.#filters) {
      this.#forget();
      this.#filters = filters;
      if (isLarge) void this.#fit(filters);
    }
    return isLarge ? this.#fitted : undefined;
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
      fitted = { words: await gaborWords(filters, signal) };
    } catch (error) {
      fitted = { error: error instanceof Error ? error.message : String(error) };
    }
    if (signal.aborted) return;
    this.#fitted = fitted;
    this.#host.requestUpdate();
  }
}
