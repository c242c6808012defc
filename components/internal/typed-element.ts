import { LitElement, type PropertyDeclaration } from 'lit';
import { ArgumentError, shown } from '../../src/internal.ts';
import { beginToSpeak, ceaseToSpeak, speak, spokenLanguage } from './languages/words.ts';

/** A property whose values are brought to its type, whoever sets them. */
export interface TypedDeclaration extends PropertyDeclaration {
  readonly typed: (value: unknown) => unknown;
}

/**
 * An element whose properties have the types they say. Attributes and frameworks set them to texts, scripts without types
 * to anything: a declaration of attributes.ts makes of it what it can, before anybody reads it.
 *
 * @cssprop --cnn-text - colour of words; by default that of the page's text, made strong enough
 * @cssprop --cnn-muted - colour of what is said aside
 * @cssprop --cnn-surface - what the figure lies on
 * @cssprop --cnn-sunken - what its pictures and fields lie on
 * @cssprop --cnn-line - colour of borders and grids
 * @cssprop --cnn-accent - colour of what is chosen, of links and progress
 * @cssprop --cnn-error - colour of what went wrong
 * @cssprop --cnn-font - a whole `font`, as `0.875rem/1.45 system-ui`
 * @cssprop --cnn-radius - of the figure's corners
 * @cssprop --cnn-width - how wide a figure would like to be where its room does not say, as in a flex row or a dialog
 */
export abstract class TypedElement extends LitElement {
  /** What was set where it is no number, by property. */
  readonly #numberless = new Map<PropertyKey, unknown>();

  /** Lit calls it once for each class, when all its properties are known. */
  protected static override finalize(): void {
    if (Object.hasOwn(this, 'finalized')) return;
    super.finalize();
    for (const [name, options] of this.elementProperties) {
      const plain = Object.getOwnPropertyDescriptor(this.prototype, name);
      if (plain && 'typed' in options) {
        const { typed } = options as TypedDeclaration;
        Object.defineProperty(this.prototype, name, {
          ...plain,
          set(this: TypedElement, value: unknown) {
            const becomes = typed(value);
            if (Number.isNaN(becomes)) this.#numberless.set(name, value);
            else this.#numberless.delete(name);
            plain.set!.call(this, becomes);
          },
        });
      }
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    beginToSpeak(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    ceaseToSpeak(this);
  }

  /** All that an element says while it is rendered is in its language. */
  protected override performUpdate(): void {
    speak(this, () => {
      const room = this.renderRoot.parentElement;
      if (room) room.lang = spokenLanguage();
      super.performUpdate();
    });
  }

  /** Throws ArgumentError with what the author wrote for the first of some properties that should be a number and is none. */
  protected checkNumbers(names: readonly string[]): void {
    const name = names.find((property) => this.#numberless.has(property));
    if (name === undefined) return;
    const { attribute } = (this.constructor as typeof LitElement).elementProperties.get(name)!;
    throw new ArgumentError(`${typeof attribute === 'string' ? attribute : name} makes no sense`, {
      expected: 'a number',
      got: shown(this.#numberless.get(name)),
    });
  }
}
