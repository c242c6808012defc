/** An attribute of a start tag, and where it stands: from the first character of its name to behind its value, quotes included. */
export interface WrittenAttribute {
  /** In lower case, as HTML compares names. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** As it is written, without quotes; '' where none is. */
  readonly value: string;
}

/** A start tag of a page, and where it stands. */
export interface StartTag {
  /** In lower case. */
  readonly name: string;
  /** Of its `<`. */
  readonly from: number;
  /** Behind its name. */
  readonly nameEnd: number;
  /** Behind its `>`. */
  readonly to: number;
  readonly attributes: readonly WrittenAttribute[];
}

const SPACE = /[\t\n\f\r ]/;
const TAG = /[a-zA-Z]/;
/** What is inside of them is text up to their end tag. Scripts run, so `noscript` is one of them. */
const RAW: ReadonlySet<string> = new Set(
  'script style textarea title xmp iframe noembed noframes noscript plaintext'.split(' '),
);

/**
 * The start tags of a page that become elements of it, as the tokenizer of HTML finds them
 * (https://html.spec.whatwg.org/multipage/parsing.html): none in comments, scripts, styles and other text. Those of a `<template>`
 * are no elements either, but where it is a declarative shadow root.
 */
export function startTags(html: string): StartTag[] {
  const found: StartTag[] = [];
  let at = 0;
  let foreign = 0;
  /** Those that are open, and whether what is in them is no element. */
  const templates: boolean[] = [];
  for (;;) {
    const from = html.indexOf('<', at);
    if (from < 0) return found;
    const next = html[from + 1] ?? '';
    const isEnd = next === '/' && TAG.test(html[from + 2] ?? '');
    if (html.startsWith('<!--', from)) at = behindComment(html, from + 4);
    else if (foreign > 0 && html.startsWith('<![CDATA[', from)) at = behind(html, ']]>', from);
    else if (!TAG.test(next) && !isEnd)
      at = '!?/'.includes(next) && next !== '' ? behind(html, '>', from + 2) : from + 1;
    else {
      const tag = tagAt(html, isEnd ? from + 2 : from + 1, from);
      // A page that ends in the middle of a tag has no such tag
      if (!tag) return found;
      at = tag.to;
      const closesItself = html[tag.to - 2] === '/';
      const { name } = tag;
      if (name === 'svg' || name === 'math') foreign = Math.max(0, foreign + (isEnd ? -1 : closesItself ? 0 : 1));
      if (isEnd) {
        if (name === 'template') templates.pop();
        continue;
      }
      if (!templates.includes(true)) found.push(tag);
      if (name === 'template') templates.push(isInert(tag));
      if (RAW.has(name) && !(foreign > 0 && closesItself)) at = rawEnd(html, name, at);
    }
  }
}

function isInert({ attributes }: StartTag): boolean {
  return !attributes.some(({ name }) => name === 'shadowrootmode');
}

function behind(html: string, what: string, from: number): number {
  const at = html.indexOf(what, from);
  return at < 0 ? html.length : at + what.length;
}

/** `<!-->` and `<!--->` are whole comments, and `--!>` ends one too. */
function behindComment(html: string, from: number): number {
  const end = /^-?>|--!?>/g;
  end.lastIndex = 0;
  const rest = html.slice(from);
  const match = end.exec(rest);
  return match ? from + match.index + match[0].length : html.length;
}

/** The tag whose name begins at a place; undefined where the page ends before it does. */
function tagAt(html: string, begin: number, from: number): StartTag | undefined {
  let at = begin;
  const skip = (isPart: (letter: string) => boolean): void => {
    while (at < html.length && isPart(html[at]!)) at++;
  };
  skip((letter) => !SPACE.test(letter) && letter !== '/' && letter !== '>');
  const [name, nameEnd] = [html.slice(begin, at).toLowerCase(), at];
  const attributes: WrittenAttribute[] = [];
  for (;;) {
    skip((letter) => SPACE.test(letter) || letter === '/');
    if (at >= html.length) return undefined;
    if (html[at] === '>') return { name, from, nameEnd, to: at + 1, attributes };
    const start = at;
    // An equals sign where a name should begin is part of the name
    at++;
    skip((letter) => !SPACE.test(letter) && !'/>='.includes(letter));
    const key = html.slice(start, at).toLowerCase();
    let [to, value] = [at, ''];
    skip((letter) => SPACE.test(letter));
    if (html[at] === '=') {
      at++;
      skip((letter) => SPACE.test(letter));
      const quote = html[at];
      if (quote === '"' || quote === "'") {
        const end = html.indexOf(quote, at + 1);
        if (end < 0) return undefined;
        value = html.slice(at + 1, end);
        at = end + 1;
      } else {
        const valueFrom = at;
        skip((letter) => !SPACE.test(letter) && letter !== '>');
        value = html.slice(valueFrom, at);
      }
      to = at;
    }
    // Of two of a name the first counts
    if (!attributes.some((known) => known.name === key)) attributes.push({ name: key, from: start, to, value });
  }
}

/** Where the text of an element ends: before its end tag. */
function rawEnd(html: string, name: string, from: number): number {
  if (name === 'plaintext') return html.length;
  const ends = new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi');
  const endFrom = (place: number): number => {
    ends.lastIndex = place;
    return ends.exec(html)?.index ?? html.length;
  };
  if (name !== 'script') return endFrom(from);
  // In a comment of a script that opens a script, the first end tag closes only that one
  const marks = /<!--|-->|<(\/?)script(?=[\t\n\f\r />])/gi;
  marks.lastIndex = from;
  let [isComment, isInner] = [false, false];
  for (let mark = marks.exec(html); mark; mark = marks.exec(html)) {
    if (mark[0] === '<!--') isComment = true;
    else if (mark[0] === '-->') [isComment, isInner] = [false, false];
    else if (mark[1] === '') isInner ||= isComment;
    else if (isInner) isInner = false;
    else return mark.index;
  }
  return html.length;
}
