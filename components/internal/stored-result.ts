import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { OpenedFigure } from './stored/open.ts';

/** The figure that a file holds, for an element that is to show it before it computes, or instead. */
export class StoredResult implements ReactiveController {
  opened: OpenedFigure | undefined;
  readonly #host: ReactiveControllerHost & Element;
  readonly #fail: (cause: unknown) => void;
  #address: string | undefined;
  /** Attributes that the file has set. */
  #given: readonly string[] = [];
  #opening = new AbortController();

  constructor(host: ReactiveControllerHost & Element, fail: (cause: unknown) => void) {
    this.#host = host;
    this.#fail = fail;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#opening.abort();
    if (!this.opened) this.#address = undefined;
  }

  /** Fetches the file, unless it is what there is. Settings of the file hold where the author says nothing else. */
  async show(address: string | undefined): Promise<void> {
    if (address === this.#address || !this.#host.isConnected) return;
    this.#address = address;
    this.#opening.abort();
    const { signal } = (this.#opening = new AbortController());
    this.opened = undefined;
    for (const name of this.#given) this.#host.removeAttribute(name);
    this.#given = [];
    if (address === undefined) return;
    try {
      const { openFigure } = await import('./stored/open.ts');
      const opened = await openFigure(address, this.#host, signal);
      signal.throwIfAborted();
      this.opened = opened;
      this.#given = Object.keys(opened.attributes).filter((name) => !this.#host.hasAttribute(name));
      for (const name of this.#given) this.#host.setAttribute(name, opened.attributes[name]!);
      this.#host.requestUpdate();
    } catch (cause) {
      if (!signal.aborted) this.#fail(cause);
    }
  }
}
