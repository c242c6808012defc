import { MAX_LAYERS, numberOf, shown } from '../../src/internal.ts';
import type { TypedDeclaration } from './typed-element.ts';

/** An attribute of text; where it is missing or empty the property has its default. */
export function text(fallback?: string): TypedDeclaration {
  return declared((value) => {
    const written = textOf(value);
    return written === undefined || written.trim() === '' ? fallback : written;
  });
}

/** An attribute of text that may be empty on purpose; where it is missing the property has its default. */
export function verbatim(fallback: string): TypedDeclaration {
  return declared((value) => textOf(value) ?? fallback);
}

/** An attribute of a number; where it is missing or empty the property has its default. What is no number is NaN. */
export function numeric(fallback?: number): TypedDeclaration {
  const typed = (value: unknown): number | undefined => {
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') return NaN;
    return value.trim() === '' ? fallback : numberOf(value);
  };
  // Other words that are no number are another error
  return { ...declared(typed), hasChanged: (value, before) => Number.isNaN(value) || !Object.is(value, before) };
}

/** An attribute that is there or not. Vue and Svelte write "false" for a flag of an element that is not theirs: it is not there. */
export function flag(): TypedDeclaration {
  return { ...declared((value) => value === '' || (!!value && value !== 'false')), type: Boolean };
}

function declared(typed: TypedDeclaration['typed']): TypedDeclaration {
  return { converter: { fromAttribute: (value) => value }, typed };
}

/** What `setAttribute` would make of it; undefined where it is nothing. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- what an attribute would say
    return String(value);
  } catch {
    // An object without any text
    return shown(value);
  }
}

/** How many things a list names: their room before it is read, so never more than can be drawn. */
export function countOf(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : text.split(',', MAX_LAYERS).length;
}
