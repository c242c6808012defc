// The script for a tag, in dist/: unpool.min.js with everything but what few pages want, and learning.js, which lies beside it and
// imports from it what both need.
import { join } from 'node:path';
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
  learning: `
    export * from './components/learning.ts';
    export * from './src/training.ts';
  `,
};

/** What few pages want is fetched from a file beside the script: x.beside.ts does that in the place of x.ts. */
const BESIDE = ['umap-js.ts', 'load-host.ts', 'learning.ts'];

const entriesPlugin = {
  name: 'entries',
  resolveId(source, importer) {
    if (source in ENTRIES) return join(root, `${source}.entry.ts`);
    const isLearning = importer === join(root, 'learning.entry.ts');
    if (isLearning || !BESIDE.some((file) => source.endsWith(`/${file}`))) return null;
    return this.resolve(source.replace(/\.ts$/, '.beside.ts'), importer);
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
