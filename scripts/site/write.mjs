// Writes the pages of the site to build/site: fragments in the site's layout, and the documentation.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../setup.mjs';
import { apiPage } from './api-page.mjs';
import { documentList, documentPages } from './docs.mjs';
import { elementList, elementPages } from './elements.mjs';
import { layout } from './layout.mjs';
import { documents, folderOf, fragments, FRAGMENTS, GUIDES, LANGUAGES } from './pages.mjs';
import { readSources } from './sources.mjs';

const OUT = join(root, 'build/site');

function write(path, text) {
  const file = join(OUT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** All pages of the documentation, those from Markdown and those from sources, as far as these have been read. */
const docPages = (sources) => [
  ...documentPages(),
  ...(sources ? [apiPage(sources.api), ...elementPages(sources.elements)] : []),
];

/** Their paths within the site. */
export const docPaths = async () => docPages(await readSources()).map(({ path }) => path);

/** `models` is the folder of the networks within the site, where they are copied there; `sources` as {@link readSources} has them. */
function writePages(sources, { models } = {}) {
  const pages = docPages(sources);
  const written = documentPages();
  const guides = written.filter(({ isGuide }) => isGuide);
  const others = written.filter(({ isGuide }) => !isGuide);
  for (const fragment of fragments()) {
    const path = `${folderOf(fragment.language)}${fragment.name}.html`;
    const main = fragment.main
      .replace('{guides}', documentList(guides))
      .replace('{documents}', documentList(others))
      .replace('{elements}', elementList(sources?.elements ?? [], fragment.language));
    write(path, layout({ ...fragment, main, path, models }));
  }
  for (const page of pages) write(page.path, layout({ ...page, models }));
  cpSync(join(root, 'docs/images'), join(OUT, 'docs/images'), { recursive: true });
  for (const language of LANGUAGES)
    write(`${folderOf(language)}docs/index.json`, JSON.stringify(indexOf(pages, language)));
}

/** What is searched in a language: its own pages, and the English ones that it has not, by their places beside the index. */
function indexOf(pages, language) {
  const own = pages.filter((page) => page.language === language);
  const names = new Set(own.map(({ name }) => name));
  const others = pages.filter((page) => page.language === 'en' && !names.has(page.name));
  return [
    ...own.flatMap(({ sections }) => sections),
    ...others.flatMap(({ sections }) => sections.map(([page, ...rest]) => [`../../docs/${page}`, ...rest])),
  ];
}

/**
 * Of esbuild: pages are written whenever scripts are, and when a fragment or a document has changed. `models` as above. `later`:
 * sources may be read when nothing else is to be done, and pages made of them are there some seconds after the others.
 */
export function pagesPlugin({ models, later = false } = {}) {
  let reading;
  const writeRest = async () => writePages(await readSources({ aside: later }), { models });
  return {
    name: 'pages',
    setup({ onEnd, onLoad }) {
      onLoad({ filter: /[\\/]site[\\/]site\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8'),
        loader: 'ts',
        watchFiles: [
          ...fragments().map(({ file }) => file),
          ...[...documents().keys()].map((file) => join(root, file)),
        ],
        watchDirs: [FRAGMENTS, join(root, GUIDES)],
      }));
      onEnd(async ({ errors }) => {
        if (errors.length > 0) return;
        if (!later) return writeRest();
        writePages(undefined, { models });
        reading ??= writeRest()
          .catch((error) => console.error(error.message))
          .finally(() => (reading = undefined));
      });
    },
  };
}
