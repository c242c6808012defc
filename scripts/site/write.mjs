// Writes the pages of the site to build/site: fragments in the site's layout, and the documentation.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../setup.mjs';
import { documentList, documentPages } from './docs.mjs';
import { layout } from './layout.mjs';
import { documents, folderOf, fragments, FRAGMENTS } from './pages.mjs';

const OUT = join(root, 'build/site');

function write(path, text) {
  const file = join(OUT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** `models` is the folder of the networks within the site, where they are copied there. */
export function writePages({ models } = {}) {
  const { pages, index } = documentPages();
  for (const fragment of fragments()) {
    const path = `${folderOf(fragment.language)}${fragment.name}.html`;
    const main = fragment.main.replace('{documents}', documentList(pages));
    write(path, layout({ ...fragment, main, path, models }));
  }
  for (const { path, ...page } of pages) write(path, layout({ ...page, path, models, language: 'en' }));
  cpSync(join(root, 'docs/images'), join(OUT, 'docs/images'), { recursive: true });
  write('docs/index.json', JSON.stringify(index));
}

/** Of esbuild: pages are written whenever scripts are, and when a fragment or a document has changed. */
export const pagesPlugin = (options) => ({
  name: 'pages',
  setup({ onEnd, onLoad }) {
    onLoad({ filter: /[\\/]site[\\/]site\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'ts',
      watchFiles: [...fragments().map(({ file }) => file), ...[...documents().keys()].map((file) => join(root, file))],
      watchDirs: [FRAGMENTS],
    }));
    onEnd(({ errors }) => {
      if (errors.length === 0) writePages(options);
    });
  },
});
