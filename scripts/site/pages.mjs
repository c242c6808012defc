// The pages of the site: fragments site/pages/<name>.<language>.html, and whole pages elsewhere in site/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from '../setup.mjs';

export const LANGUAGES = ['en', 'zh'];
export const FRAGMENTS = join(root, 'site/pages');
export const GUIDES = 'docs/guides';

/** As text within HTML, attributes included. */
export const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** A page of a language lies in a folder of its own, but for English. */
export const folderOf = (language) => (language === 'en' ? '' : `${language}/`);

const HEAD = /^<!--\n([\s\S]*?)\n-->\n/;

/**
 * What a fragment says at its beginning, as `key: value` a line, and the `<main>` that follows. Keys are `title`,
 * `description`, `script` (the name of site/<script>.ts) and `style` (the name of site/<style>.css), the last two if wanted.
 */
export function parseFragment(text, where) {
  const head = HEAD.exec(text);
  if (!head) throw new Error(`${where} has no comment with a title at its beginning`);
  const entries = head[1].split('\n').map((line) => /^\s*(\w+):\s*(.+)$/.exec(line)?.slice(1) ?? [line]);
  const { title, description, ...rest } = Object.fromEntries(entries);
  if (!title || !description) throw new Error(`${where} has no title or no description`);
  return { title, description, ...rest, main: text.slice(head[0].length).trim() };
}

/** All fragments as `{ name, language, file, title, description, script, style, main }`. */
export function fragments() {
  return readdirSync(FRAGMENTS).flatMap((entry) => {
    const [, name, language] = /^([\w-]+)\.(\w+)\.html$/.exec(entry) ?? [];
    if (!LANGUAGES.includes(language)) return [];
    const file = join(FRAGMENTS, entry);
    return [{ name, language, file, ...parseFragment(readFileSync(file, 'utf8'), `site/pages/${entry}`) }];
  });
}

/** Pages that are written out whole, by their paths within site/. */
export function wholePages() {
  const found = readdirSync(join(root, 'site'), { recursive: true }).map((path) => path.replaceAll('\\', '/'));
  return found.filter((path) => path.endsWith('.html') && !path.startsWith('pages/'));
}

const MODULE_SCRIPT = /<script\b[^>]*\bsrc="([^":]+)\.js"/g;

/** The scripts of all pages, as paths of their sources. */
export function scripts() {
  const ofFragments = fragments().flatMap(({ script }) => (script ? [join('site', `${script}.ts`)] : []));
  const ofWhole = wholePages().flatMap((path) => {
    const text = readFileSync(join(root, 'site', path), 'utf8');
    return [...text.matchAll(MODULE_SCRIPT)].map(([, name]) => join('site', dirname(path), `${name}.ts`));
  });
  const all = [...ofFragments, ...ofWhole].filter((script) => existsSync(join(root, script)));
  return [...new Set(['site/site.ts', 'site/search.ts', 'site/playground.ts', ...all])];
}

/** Whether there is a page of this name in a language. */
export const pageExists = (name, language) =>
  existsSync(join(FRAGMENTS, `${name}.${language}.html`)) ||
  existsSync(join(root, 'site', folderOf(language), `${name}.html`));

/** The paths of all pages but the documentation, within the site. */
export const pagePaths = () => [
  ...fragments().map(({ name, language }) => `${folderOf(language)}${name}.html`),
  ...wholePages(),
];

/** Where the pages of the documentation are made from: path of the source → path within the site. */
export function documents() {
  const within = (folder) => {
    const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
    return names.sort().map((name) => [`${folder}/${name}`, `docs/${basename(name, '.md')}.html`]);
  };
  return new Map([
    ...within(GUIDES),
    ['README.md', 'docs/readme.html'],
    ['ARCHITECTURE.md', 'docs/architecture.html'],
    ['docs/exactness.md', 'docs/exactness.html'],
    ['docs/rules.md', 'docs/rules.html'],
    ['CHANGELOG.md', 'docs/changelog.html'],
    ...within('docs/decisions'),
  ]);
}
