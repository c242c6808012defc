// What pages of the documentation are made of: words of sources, sections that the search finds, the form that asks for them.
import { escape, folderOf } from './pages.mjs';

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

/** HTML as the text that is read. */
export const plain = (html) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity])
    .replace(/\s+/g, ' ')
    .trim();

/** Words of a doc comment as HTML: `code` and {@link names}. */
export const html = (text) =>
  escape(text)
    .replace(/\{@link ([\w.]+)\s*\}/g, '<code>$1</code>')
    .replace(/`([^`]+)`/g, '<code>$1</code>');

/** One for each heading: `[page, address within it, title of the page, heading, text]`. */
export function sectionsOf(html, page, title) {
  const parts = html.split(/(?=<h[1-6] id=)/).filter((part) => part.trim());
  return parts.map((part) => {
    const [whole, id = '', heading = title] = /^<h\d id="([^"]*)">(.*?)<\/h\d>/s.exec(part) ?? [''];
    return [page, id, title, plain(heading), plain(part.slice(whole.length))];
  });
}

const LABELS = { en: 'Search the documentation', zh: '搜索文档' };

export const searchForm = (
  language,
) => `<form role="search" class="search" data-index="{root}${folderOf(language)}docs/index.json">
<label>${LABELS[language]} <input type="search" autocomplete="off" /></label></form>`;
