// The script for a tag, in dist/: unpool.min.js with everything but what few pages want, and beside it files of that, which import
// from it what they share with it, or with each other.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { headOf } from './licences.mjs';
import { openSources, terserPlugin } from './rollup.mjs';
import { root } from './setup.mjs';
import { VENDORED } from './vendor.mjs';

const MAIN = 'unpool.min';
const EXPORTS = `
    export * from './src/index.ts';
    export * from './components/index.ts';
`;
/** What is in a file beside the script is no value of the script. */
const DECLARATIONS = `${EXPORTS}
export type { CnnStepEvent, CnnTrainer, CnnTraining } from './components/learning.ts';
`;
const ENTRIES = {
  [MAIN]: `
    import { standAlone } from './src/bundled.ts';
    standAlone(import.meta.url);
    ${EXPORTS}
  `,
  zh: `export { chinese } from './components/internal/languages/chinese.ts';`,
  mechanism: `export * from './components/mechanism.ts';`,
  learning: `
    export * from './components/learning.ts';
    export { gaborWords } from './components/cnn-filters/gabor.ts';
    export * from './src/training.ts';
  `,
};

const fileOf = (entry) => join(root, `${entry}.entry.ts`);
const besides = Object.keys(ENTRIES)
  .filter((entry) => entry !== MAIN)
  .map(fileOf);

/** Where there is an x.beside.ts, it takes the place of x.ts, and fetches what few pages want from a file beside the script. */
const entriesPlugin = {
  name: 'entries',
  resolveId(source, importer) {
    if (source in ENTRIES) return fileOf(source);
    if (!importer || besides.includes(importer) || !source.startsWith('.')) return null;
    const beside = join(dirname(importer), source).replace(/\.ts$/, '.beside.ts');
    return existsSync(beside) ? beside : null;
  },
  load(id) {
    const entry = Object.keys(ENTRIES).find((name) => id === fileOf(name));
    return entry === undefined ? null : { code: ENTRIES[entry], moduleSideEffects: true };
  },
};

/** Writes them, and the declarations of the first. Resolves to the modules of each. */
export async function buildScript() {
  const bundled = await openSources({
    input: Object.fromEntries(Object.keys(ENTRIES).map((name) => [name, name])),
    preserveEntrySignatures: 'allow-extension',
    plugins: [entriesPlugin],
  });
  const { output } = await bundled.write({
    dir: join(root, 'dist'),
    entryFileNames: '[name].js',
    manualChunks: (id, { getModuleInfo }) => (isOfMain(id, getModuleInfo) ? MAIN : undefined),
    plugins: [terserPlugin(headOf)],
  });
  const umap = await openSources({ input: { umap: join(root, VENDORED) } });
  await umap.write({ dir: join(root, 'dist'), plugins: [terserPlugin(headOf)] });
  mkdirSync(join(root, 'dist/types'), { recursive: true });
  writeFileSync(join(root, `dist/types/${MAIN}.d.ts`), DECLARATIONS);
  return output.flatMap(({ modules }) => Object.keys(modules));
}

/** Modules that a file comes to, at once or later, by the file. */
const reached = new Map();

/** Whether a module is in the main script: what that comes to, and what several files beside it share. */
function isOfMain(id, getModuleInfo) {
  if (modulesFrom(fileOf(MAIN), getModuleInfo).has(id)) return true;
  return besides.filter((file) => modulesFrom(file, getModuleInfo).has(id)).length > 1;
}

function modulesFrom(file, getModuleInfo) {
  if (reached.has(file)) return reached.get(file);
  const modules = new Set([file]);
  reached.set(file, modules);
  for (const id of modules) {
    const { importedIds, dynamicallyImportedIds } = getModuleInfo(id);
    for (const next of [...importedIds, ...dynamicallyImportedIds]) {
      if (getModuleInfo(next)?.isExternal === false) modules.add(next);
    }
  }
  return modules;
}
