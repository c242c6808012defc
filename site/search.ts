// Search over the documentation: every word of the query has to be there, headings count most. "/" goes to the field, the
// arrow keys through the results, Enter opens one, Escape leaves.

/** Page, address within it, title of the page, heading, text. */
type Section = readonly [page: string, id: string, title: string, heading: string, text: string];

const MOST = 12;
/** Letters around the first place that is shown. */
const AROUND = 70;
const WORDS: Record<string, readonly [none: string, some: string, failed: string]> = {
  en: ['Nothing found.', 'Found: ', 'The index could not be loaded.'],
  zh: ['没有找到。', '找到：', '无法载入索引。'],
};

const form = document.querySelector<HTMLFormElement>('form.search')!;
const field = form.querySelector('input')!;
const [none, some, failed] = WORDS[document.documentElement.lang.split('-')[0]!] ?? WORDS['en']!;
const list = Object.assign(document.createElement('ul'), { className: 'results' });
const said = Object.assign(document.createElement('p'), { className: 'status', role: 'status' });
form.append(said, list);

const address = new URL(form.dataset['index']!, location.href);
let index: Promise<readonly Section[]> | undefined;

async function fetchIndex(): Promise<readonly Section[]> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()) as readonly Section[];
}

const wordsOf = (query: string): string[] => query.toLowerCase().split(/\s+/).filter(Boolean);

/** 0 where a word is missing. */
function scoreOf([, , title, heading, text]: Section, words: readonly string[]): number {
  const fields = [heading, title, text].map((part) => part.toLowerCase());
  let score = 0;
  for (const word of words) {
    const [inHeading, inTitle, inText] = fields.map((part) => part.includes(word));
    if (!inHeading && !inTitle && !inText) return 0;
    score += (inHeading ? 9 : 0) + (inTitle ? 3 : 0) + (inText ? 1 : 0);
  }
  return score;
}

/** The text with each of the words in a `<mark>`. */
function marked(text: string, words: readonly string[]): Node[] {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.split(new RegExp(`(${escaped.join('|')})`, 'gi')).map((part, i) => {
    if (i % 2 === 0) return new Text(part);
    const mark = document.createElement('mark');
    mark.textContent = part;
    return mark;
  });
}

/** What is around the first of the words. */
function excerptOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const middle = places.length ? Math.min(...places) : 0;
  const [from, to] = [Math.max(0, middle - AROUND), Math.min(text.length, middle + 2 * AROUND)];
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}

function itemOf([page, id, title, heading, text]: Section, words: readonly string[]): HTMLElement {
  const link = document.createElement('a');
  link.href = new URL(id === '' ? page : `${page}#${id}`, address).href;
  const name = document.createElement('strong');
  name.append(...marked(heading, words));
  const place = document.createElement('span');
  place.textContent = title;
  const excerpt = document.createElement('span');
  excerpt.append(...marked(excerptOf(text, words), words));
  link.append(name, ' ', place, document.createElement('br'), excerpt);
  const item = document.createElement('li');
  // Pages beside the index are in the language of this one; others are English.
  item.lang = page.startsWith('../') ? 'en' : document.documentElement.lang;
  item.append(link);
  return item;
}

async function show(): Promise<void> {
  const query = field.value;
  const words = wordsOf(query);
  if (words.length === 0) {
    said.textContent = '';
    list.replaceChildren();
    return;
  }
  let sections: readonly Section[];
  try {
    sections = await (index ??= fetchIndex());
  } catch {
    // The next letter tries again.
    index = undefined;
    said.textContent = failed;
    return;
  }
  // The reader has typed on.
  if (query !== field.value) return;
  const found = sections
    .map((section) => ({ section, score: scoreOf(section, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  said.textContent = found.length === 0 ? none : `${some}${found.length}`;
  list.replaceChildren(...found.slice(0, MOST).map(({ section }) => itemOf(section, words)));
}

const links = (): HTMLElement[] => [field, ...list.querySelectorAll('a')];

function clear(): void {
  field.value = '';
  void show();
  field.focus();
}

field.addEventListener('input', () => void show());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  list.querySelector('a')?.click();
});
form.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') clear();
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const all = links();
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = all[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
});
addEventListener('keydown', (event) => {
  const typing = (event.target as Element).closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
});

export {};
