import type { Explained, Language, Words } from './language.ts';

/** Texts that are remembered: those with values in them change while a reader looks. */
const MOST_REMEMBERED = 2000;

/**
 * A pattern that begins with a place and has so little of its own ("{0} and {1}", or with one place "{0} values") is no reason to cut
 * a sentence, or a name, in two.
 */
const LITTLE = { ofSeveral: 6, ofOne: 10 };

type Details = Readonly<Partial<Record<'expected' | 'got' | 'where' | 'remedy', string | undefined>>>;

/** How an error's message is put together: what went wrong, then what was expected, what came, and what to do about it. */
const MESSAGE = /^([^]*?)(?:; expected ([^]*?))?(?:; got ([^]*?))?\.(?: (\p{Lu}[^]*))?$/u;
const WHERE = /^([^]*?): ([^]*)$/;

type Say = (english: string) => string | undefined;

/**
 * A language by its words. `notes` and `errors` have texts that come with their values in them, since whoever made them knows of no
 * language: their places take any text, which is said in the language too where it has words for it. What is in `errors` is said in
 * errors only.
 */
export function languageOfWords(lang: string, words: Words, notes: Words, errors: Words): Language {
  const inErrors = sayer({ ...errors, ...notes, ...words }, { ...notes, ...errors });

  /** A text, or a message with all its parts: errors have those of others in them. */
  const inWords = (text: string): string => {
    const said = inErrors(text);
    if (said !== undefined) return said;
    const [, start = '', expected, got, remedy] = MESSAGE.exec(text) ?? [];
    // A name before the first colon is where it happened, unless the clause has a colon of its own.
    const [, where, what = start] = inErrors(start) === undefined ? (WHERE.exec(start) ?? []) : [];
    return inErrors(what) === undefined ? text : inParts(what, { where, expected, got, remedy });
  };

  const inParts = (what: string, { expected, got, where, remedy }: Details): string => {
    const parts = [`${where === undefined ? '' : `${inWords(where)}：`}${inWords(what)}`];
    if (expected !== undefined) parts.push(`应为${spaced(inWords(expected))}`);
    if (got !== undefined) parts.push(`实际为${spaced(inWords(got))}`);
    return `${parts.map(brief).join('；').replace(/。$/, '')}。${remedy === undefined ? '' : inWords(remedy)}`;
  };

  const explain = (error: Explained): string => {
    if (!('details' in error && 'what' in error)) return inWords(error.message);
    const { what, details } = error as { what: string; details: Details };
    return inParts(what, details);
  };
  return { lang, say: sayer({ ...notes, ...words }, notes), explain };
}

/** Says texts as they are in `whole`, or as one of `composed` takes them: the one that has most of its own. */
function sayer(whole: Words, composed: Words): Say {
  const patterns = Object.entries(composed)
    .filter(([english]) => PLACE.test(english))
    .sort(([a], [b]) => ownOf(b) - ownOf(a))
    .map(([english, said]) => ({ pattern: patternOf(english), said }));
  const remembered = new Map<string, string | undefined>();

  const compose: Say = (english) => {
    for (const { pattern, said } of patterns) {
      const values = pattern.exec(english)?.groups;
      if (values) return said.replace(/\{(\d+)\}/g, (_, i: string) => say(values[`_${i}`]!) ?? list(values[`_${i}`]!));
    }
    return undefined;
  };

  /** What stands in a place may be several, as the reasons why operations cannot run; each may have semicolons of its own. */
  const list = (english: string): string => {
    const parts = english.split('; ');
    for (let end = parts.length - 1; end > 0; end--) {
      const first = say(parts.slice(0, end).join('; '));
      if (first === undefined) continue;
      const rest = parts.slice(end).join('; ');
      return `${first}；${say(rest) ?? list(rest)}`;
    }
    return english;
  };

  const say: Say = (english) => {
    if (Object.hasOwn(whole, english)) return whole[english];
    if (!/[a-z]{2}/i.test(english)) return undefined;
    if (!remembered.has(english)) {
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(english, compose(english));
    }
    return remembered.get(english);
  };
  return say;
}

/** As long as a message's parts are in English. */
function brief(part: string): string {
  return part.length <= 2000 ? part : `${part.slice(0, 1000)} … ${part.slice(-1000)}`;
}

/** A space where letters of both scripts would touch. */
function spaced(text: string): string {
  return /^[\w"]/.test(text) ? ` ${text}` : text;
}

const PLACE = /\{\d+\}/;

/** Characters that are not of values. */
function ownOf(english: string): number {
  return english.replaceAll(/\{\d+\}/g, '').length;
}

function patternOf(english: string): RegExp {
  const little = english.includes('{1}') ? LITTLE.ofSeveral : LITTLE.ofOne;
  const value = english.startsWith('{') && ownOf(english) <= little ? String.raw`"[^"]*"|\[[^\]]*\]|\S+?` : '[^]*?';
  const source = english
    .split(/\{(\d+)\}/)
    .map((part, i) => (i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<_${part}>${value})`));
  return new RegExp(`^${source.join('')}$`);
}
