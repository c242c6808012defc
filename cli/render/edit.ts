import type { StartTag } from './start-tags.ts';

/** Attributes that a start tag is to have; undefined for one that it is not to have. */
export interface Edit {
  readonly tag: StartTag;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** A page with attributes set in some of its start tags; all else of it stays as it is. */
export function edited(html: string, edits: readonly Edit[]): string {
  const pieces = edits.flatMap(({ tag, attributes }) =>
    Object.entries(attributes).flatMap(([name, value], i) => {
      const text = value === undefined ? '' : attribute(name, value);
      const written = tag.attributes.find((known) => known.name === name);
      if (written) return [{ from: written.from, to: written.to, text, i }];
      const end = tag.attributes.at(-1)?.to ?? tag.nameEnd;
      return text === '' ? [] : [{ from: end, to: end, text: ` ${text}`, i }];
    }),
  );
  // Of two that are put in at one place, the first stands first; what stands before it is replaced before
  pieces.sort((a, b) => a.from - b.from || a.to - b.to || a.i - b.i);
  let [result, at] = ['', 0];
  for (const { from, to, text } of pieces) {
    result += html.slice(at, from) + text;
    at = to;
  }
  return result + html.slice(at);
}

/** As it is written in a tag. */
export function attribute(name: string, value: string): string {
  return `${name}="${escaped(value)}"`;
}

/** Text as it is written in HTML, in quotes too. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
