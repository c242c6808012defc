// The script for a tag, in dist/: unpool.min.js with everything but what few pages want, and learning.js, which lies beside it and
// imports from it what both need.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { headOf } from './licences.mjs';
import { openSources, smallest } from './rollup.mjs';
import { root } from './setup.mjs';

const MAIN = 'unpool.min';
const ENTRIES = {
  [MAIN]: `
    import { standAlone } from './src/bundled.ts';
    standAlone(import.meta.url);
    export * from './src/index.ts';
    export * from './components/index.ts';
  `,
  zh: `export { chinese } from './components/internal/languages/chinese.ts';`,
  learning: `
    export * from './components/learning.ts';
    export { gaborWords } from './components/cnn-filters/gabor.ts';
    export * from './src/training.ts';
  `,
};

/** Where there is an x.beside.ts, it takes the place of x.ts, and fetches what few pages want from a file beside the script. */
const entriesPlugin = {
  name: 'entries',
  resolveId(source, importer) {
    if (source in ENTRIES) return join(root, `${source}.entry.ts`);
    if (!importer || importer === join(root, 'learning.entry.ts') || !source.startsWith('.')) return null;
    const beside = join(dirname(importer), source).replace(/\.ts$/, '.beside.ts');
    return existsSync(beside) ? beside : null;
  },
  load(id) {
    const entry = Object.keys(ENTRIES).find((name) => id === join(root, `${name}.entry.ts`));
    return entry === undefined ? null : { code: ENTRIES[entry], moduleSideEffects: true };
  },
};

/** Writes both. Resolves to the modules of each. */
export async function buildScript() {
  const { minify } = await import('terser');
  const bundled = await openSources({
    input: Object.fromEntries(Object.keys(ENTRIES).map((name) => [name, name])),
    preserveEntrySignatures: 'allow-extension',
    plugins: [entriesPlugin],
  });
  const { output } = await bundled.write({
    dir: join(root, 'dist'),
    entryFileNames: '[name].js',
    manualChunks: (id, { getModuleInfo }) => (modulesOfMain(getModuleInfo).has(id) ? MAIN : undefined),
    plugins: [
      {
        name: 'terser',
        renderChunk: async (code, { modules }) => {
          const preamble = await headOf(Object.keys(modules));
          return (await minify(code, { ...smallest, format: { preamble } })).code;
        },
      },
    ],
  });
  return output.flatMap(({ modules }) => Object.keys(modules));
}

let reached;

/** What the main script comes to, at once or later. */
function modulesOfMain(getModuleInfo) {
  if (reached) return reached;
  reached = new Set([join(root, `${MAIN}.entry.ts`)]);
  for (const id of reached) {
    const { importedIds, dynamicallyImportedIds } = getModuleInfo(id);
    for (const next of [...importedIds, ...dynamicallyImportedIds]) {
      if (getModuleInfo(next)?.isExternal === false) reached.add(next);
    }
  }
  return reached;
}
