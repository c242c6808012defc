// The documentation as pages of the site, and what is searched there: made from the project's Markdown files.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Marked } from 'marked';
import { root } from '../setup.mjs';
import { documents, escape, GUIDES } from './pages.mjs';
import { plain, searchForm, sectionsOf } from './sections.mjs';

/** The address of a heading within its page, as hosts of repositories make it. */
const slug = (text) =>
  text
    .toLowerCase()
    .replace(/<[^>]*>|&\w+;/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');

/** As the header of a WebP (lossy) says, so that nothing moves when the picture is there. */
const sizeOfWebp = (bytes) => ({ width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff });

/** The README is read on other hosts too, so its links name the package's files on a public one. Here they are beside it. */
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
export const PUBLIC_FILES = `https://cdn.jsdelivr.net/npm/unpool@${version}/`;

/** A document's headings, links to other documents and pictures, for the place where its page lies. */
function rendererOf(source, published, taken) {
  const from = posix.dirname(published.get(source));
  return {
    heading({ tokens, depth }) {
      const text = this.parser.parseInline(tokens);
      const base = slug(text);
      const times = taken.get(base) ?? 0;
      taken.set(base, times + 1);
      return `<h${depth} id="${times ? `${base}-${times}` : base}">${text}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      if (/^(https?:|#)/.test(href)) return `<a href="${escape(href)}">${text}</a>`;
      const [path, hash = ''] = href.split('#');
      const page = published.get(posix.join(posix.dirname(source), path));
      // What is not part of the site is only named.
      return page ? `<a href="${posix.relative(from, page)}${hash && `#${hash}`}">${text}</a>` : text;
    },
    image({ href, text }) {
      const file = posix.join(posix.dirname(source), href);
      const { width, height } = sizeOfWebp(readFileSync(join(root, file)));
      const address = posix.relative(from, posix.join('docs/images', posix.basename(file)));
      return `<img src="${address}" alt="${escape(text)}" width="${width}" height="${height}" loading="lazy" />`;
    },
    code: ({ text }) => `<pre tabindex="0"><code>${escape(text)}</code></pre>\n`,
  };
}

/** Tables scroll within themselves, by keyboard too. */
const scrolling = (html) =>
  html.replaceAll('<table>', '<div class="wide" tabindex="0"><table>').replaceAll('</table>', '</table></div>');

/** Pages for the layout, each with its `sections` for site/search.ts. */
export function documentPages() {
  const published = documents();
  const pages = [];
  for (const [source, path] of published) {
    const markdown = readFileSync(join(root, source), 'utf8').replaceAll(`](${PUBLIC_FILES}`, '](');
    const marked = new Marked({ gfm: true, renderer: rendererOf(source, published, new Map()) });
    const html = scrolling(marked.parse(markdown));
    const title = plain(/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? source);
    const place = posix.basename(path);
    pages.push({
      name: posix.basename(path, '.html'),
      path,
      title: `${title} · Unpool`,
      description: `Unpool, documentation: ${title}`,
      script: 'search',
      language: 'en',
      isGuide: source.startsWith(GUIDES),
      main: `<main class="document">\n${searchForm('en')}\n<article>\n${html}</article>\n</main>`,
      sections: sectionsOf(html, place, title),
    });
  }
  return pages;
}

/** A list of documents, where a page says `{guides}` or `{documents}`. */
export function documentList(pages) {
  const items = pages.map(
    ({ path, title }) => `<li><a href="{root}${path}" lang="en">${title.split(' · ')[0]}</a></li>`,
  );
  return `<ul>${items.join('\n')}</ul>`;
}
