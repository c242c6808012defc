import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How far outside of the viewport a figure begins. */
const MARGIN = '300px';

/** Tells when an element is near the viewport. */
export class Viewport implements ReactiveController {
  readonly #host: Element;
  #observer: IntersectionObserver | undefined;
  #isNear = false;
  readonly #waiting = new Set<() => void>();

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#isNear = entries.at(-1)!.isIntersecting;
        if (this.#isNear) for (const proceed of this.#waiting) proceed();
      },
      { rootMargin: MARGIN },
    );
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#isNear = false;
  }

  /** Resolves once the element is near the viewport; rejects with the signal's reason. */
  near(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#waiting.delete(settle);
        signal.removeEventListener('abort', settle);
        if (signal.aborted) reject(signal.reason as DOMException);
        else resolve();
      };
      if (this.#isNear || signal.aborted) {
        settle();
        return;
      }
      signal.addEventListener('abort', settle);
      this.#waiting.add(settle);
    });
  }
}
