import type { Language, Words } from './language.ts';

/** Texts that are remembered: those with values in them change while a reader looks. */
const MOST_REMEMBERED = 2000;

/**
 * A language by its words. `composed` has texts that come with their values in them, since whoever made them knows of no language:
 * their places take any text, which is said in the language too where it has words for it.
 */
export function languageOfWords(words: Words, composed: Words): Language {
  const patterns = Object.entries(composed).map(([english, said]) => ({ pattern: patternOf(english), said }));
  const remembered = new Map<string, string | undefined>();

  const compose = (english: string): string | undefined => {
    for (const { pattern, said } of patterns) {
      const values = pattern.exec(english)?.groups;
      if (values) return said.replace(/\{(\d+)\}/g, (_, i: string) => say(values[`_${i}`]!) ?? values[`_${i}`]!);
    }
    return undefined;
  };

  const say = (english: string): string | undefined => {
    if (Object.hasOwn(words, english)) return words[english];
    if (!/[a-z]{2}/i.test(english)) return undefined;
    if (!remembered.has(english)) {
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(english, compose(english));
    }
    return remembered.get(english);
  };

  const explain = (error: Error): string => {
    const inWords = (text: string): string => say(text) ?? text;
    if (!('details' in error && 'what' in error)) return inWords(error.message);
    const { what, details } = error as Error & { what: string; details: Readonly<Record<string, string | undefined>> };
    const { expected, got, where, remedy } = details;
    const parts = [`${where === undefined ? '' : `${inWords(where)}：`}${inWords(what)}`];
    if (expected !== undefined) parts.push(`应为${spaced(inWords(expected))}`);
    if (got !== undefined) parts.push(`实际为${spaced(inWords(got))}`);
    return `${parts.map(brief).join('；')}。${remedy === undefined ? '' : inWords(remedy)}`;
  };
  return { say, explain };
}

/** As long as a message's parts are in English. */
function brief(part: string): string {
  return part.length <= 2000 ? part : `${part.slice(0, 1000)} … ${part.slice(-1000)}`;
}

/** A space where letters of both scripts would touch. */
function spaced(text: string): string {
  return /^[\w"]/.test(text) ? ` ${text}` : text;
}

function patternOf(english: string): RegExp {
  const source = english
    .split(/\{(\d+)\}/)
    .map((part, i) => (i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<_${part}>[^]*?)`));
  return new RegExp(`^${source.join('')}$`);
}
