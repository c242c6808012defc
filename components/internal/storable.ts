import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ArgumentError } from '../../src/internal.ts';
import { text } from './attributes.ts';
import { storedText } from './provenance.ts';
import { StoredResult } from './stored-result.ts';
import { TypedElement } from './typed-element.ts';

/** What a figure has drawn, as it is stored. */
export interface Storable {
  /** What made the numbers, by name. */
  readonly model: string;
  /** Plain objects, arrays and values; who computed them as `adapter`. */
  readonly numbers: object;
}

/**
 * A figure that is no CnnFigure, since it is not drawn from one network, and is stored as they are.
 *
 * @csspart poster - the author’s picture, until the figure is computed
 */
export abstract class CnnStorable extends TypedElement {
  /** Address of a picture that stands in the figure's place until it is computed. */
  @property(text()) poster: string | undefined;
  /** Address of a stored figure, as "Save figure" makes it: it is shown at once, without the network. */
  @property(text()) result: string | undefined;

  readonly #stored = new StoredResult(this, (cause) => {
    this.fail(cause);
  });
  #isAsked = false;

  /** Shows what went wrong. */
  protected abstract fail(cause: unknown): void;

  /** Undefined while nothing is drawn. */
  protected abstract get drawn(): Storable | undefined;

  /**
   * The figure as it is drawn, as a file for the attribute `result`: what is seen, the numbers and the settings behind it, and what
   * made them. Throws ArgumentError while nothing is drawn.
   */
  async store(): Promise<Blob> {
    const { drawn } = this;
    if (!drawn) throw new ArgumentError('nothing is drawn', { remedy: 'Wait for the event "cnn-result".' });
    await this.updateComplete;
    return (await import('./stored/capture.ts')).captureFigure(this, drawn.model, drawn.numbers);
  }

  /** Fetches the file that the attribute names, unless it is what there is. After each update. */
  protected showStored(): void {
    void this.#stored.show(this.result);
  }

  /** It shows a stored figure, and computes nothing before somebody asks for it. */
  protected get isAtRest(): boolean {
    return this.result !== undefined && !this.#isAsked;
  }

  /** Somebody wants it computed. */
  protected ask(): void {
    this.#isAsked = true;
  }

  /** What stands in its place until something is drawn: the stored figure, or the author's picture. */
  protected get standIn(): TemplateResult | Element | undefined {
    if (this.#stored.opened) return this.#stored.opened.content;
    return this.poster === undefined
      ? undefined
      : html`<img class="poster" part="poster" src=${this.poster} alt=${this.getAttribute('alt') ?? ''} />`;
  }

  /** Said of a stored figure. */
  protected get storedWords(): string | undefined {
    return this.#stored.opened && storedText(this.#stored.opened);
  }

  protected async saveFigure(): Promise<void> {
    const [file, { save }] = await Promise.all([this.store(), import('./save.ts')]);
    save(file, `${this.localName}.unpool`);
  }
}
