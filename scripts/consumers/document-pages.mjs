// Notebooks, and what generators of sites make of Markdown.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { snippet } from '../snippets.mjs';
import { judgeFigures } from './figures.mjs';
import { page, site } from './host.mjs';
import { PROJECT, version } from './project.mjs';
import { ANYONE } from './visit.mjs';

const GUIDE = 'documents.md';
const NOTEBOOK = join(PROJECT, 'notebook.html');
const MARKDOWN = join(PROJECT, 'markdown/page.md');

/** What the cell of the guide shows: IPython's HTML hands its text on as it is. */
function output() {
  const [, html] = /^HTML\("""(.*?)"""\)/ms.exec(snippet(GUIDE, 'Jupyter', 'python'));
  return html;
}

const notebook = () => site('notebook', { 'index.html': readFileSync(NOTEBOOK, 'utf8') })('/');

/** Two cells have the guide's output, and one of them is run again while it is at work. */
async function judgeNotebook(target) {
  for (const cell of ['#first', '#second', '#first']) {
    await target.evaluate((where, html) => globalThis.show(where, html), cell, output());
  }
  return judgeFigures(target);
}

/** The notebook's page as a file, in the viewer's frame; its addresses are of another origin that lets everybody read. */
const viewer = async () => {
  const other = await site('notebook-files', {})('/', ANYONE);
  const html = output()
    .replace(`https://cdn.jsdelivr.net/npm/unpool@${version()}/`, `${other.url}unpool/`)
    .replace('https://example.org/', other.url);
  assert(!html.includes('https:'), html);
  const text = readFileSync(NOTEBOOK, 'utf8');
  const file = JSON.stringify(page(html).replace(' href="/bee.jpg"', ' href="data:,"')).replaceAll('</', '<\\/');
  const outer = await site('viewer', {
    'index.html': text.replace('</body>', `<script>view(${file});</script></body>`),
  })('/');
  return { url: outer.url, close: () => [other, outer].forEach(({ close }) => close()) };
};

async function judgeViewer(target) {
  const frame = await (await target.waitForSelector('iframe')).contentFrame();
  assert.equal(await frame.evaluate(() => `${globalThis.origin} ${location.protocol}`), 'null blob:');
  return judgeFigures(frame);
}

/** The figures of guides that markdown/page.md has, word for word. */
const SNIPPETS = [
  [GUIDE, 'Jekyll'],
  ['own-network.md', 'In a page'],
  ['readers.md', 'Accessibility', 1],
];

/** A page of Markdown that has the guides' figures, as `toHtml` writes it. */
const written = (name, toHtml) => async () => {
  const text = readFileSync(MARKDOWN, 'utf8');
  for (const [guide, heading, index] of SNIPPETS) {
    assert(
      text.includes(`\n${snippet(guide, heading, 'html', index)}`),
      `markdown/page.md lacks the figure of ${guide}, ${heading}`,
    );
  }
  return site(name, { 'index.html': page(await toHtml(text)) })('/');
};

/** Each figure that was written is there, with its attributes, and none is within another. */
async function judgeWritten(target) {
  const words = await judgeFigures(target);
  const found = await target.evaluate(() =>
    [...document.querySelectorAll('cnn-saliency')].map((figure) => [
      figure.parentElement.closest('cnn-saliency') !== null,
      figure.getAttribute('alt'),
      figure.querySelector('[slot=caption]') !== null,
      figure.noControls,
      JSON.parse(figure.preprocessing ?? 'null')?.preset ?? null,
    ]),
  );
  assert.deepEqual(found, FIGURES);
  return words;
}

/** The figures of markdown/page.md: whether it is within another, its alt, a caption, a flag, the preprocessing's preset. */
const FIGURES = [
  [false, 'a bee', false, false, null],
  [false, "the bee's flower", false, true, null],
  [false, 'a bee', false, false, 'torch'],
  [false, 'a bee', true, false, null],
  [false, 'a bee', false, false, null],
  [false, 'a bee', false, false, null],
];

/** What to open, by name. */
export const documentPages = (tools) => ({
  'guide: a notebook': { asks: true, open: notebook, judge: judgeNotebook },
  'guide: a notebook’s file in its viewer': { open: viewer, judge: judgeViewer },
  'guide: kramdown': {
    open: written('kramdown', () => readFileSync(join(PROJECT, 'markdown/kramdown.html'), 'utf8')),
    judge: judgeWritten,
  },
  'guide: markdown-it': { open: written('markdown-it', tools.markdownIt), judge: judgeWritten },
  'guide: remark': { open: written('remark', tools.remark), judge: judgeWritten },
});
