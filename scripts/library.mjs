// The npm package in dist/: entries for the engine, attributions, measures and training, one for each element, one for the command line, and the
// chunks that they share. The same files serve bundlers, Node, and the tags of a page without a bundler.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { openSources, terserPlugin } from './rollup.mjs';
import { root } from './setup.mjs';
import { writeSingleFiles } from './worker.mjs';

/** `cnn-saliency` of components/cnn-saliency/cnn-saliency.ts, … */
const elements = () => readdirSync(join(root, 'components')).filter((name) => name.startsWith('cnn-'));

const entries = () => ({
  index: 'src/index.ts',
  attribution: 'src/attribution.ts',
  measures: 'src/measures.ts',
  training: 'src/training.ts',
  cli: 'cli/main.ts',
  autoload: 'components/autoload.ts',
  'components/index': 'components/index.ts',
  ...Object.fromEntries(elements().map((name) => [`components/${name}`, `components/${name}/${name}.ts`])),
});

/** What lies beside the chunks as a file of its own. */
const BESIDE = [
  { module: /\/chinese\.ts$/, file: './zh.js' },
  { module: /\/local-host\.ts$/, file: './cpu-host.js' },
];

/** The address of such a file is not relative to the module that asks for it, as Rollup would take it, but to the chunk. */
const besidePlugin = {
  name: 'beside',
  resolveId(source) {
    const beside = BESIDE.find(({ module }) => module.test(source));
    return beside ? { id: `beside:${beside.file}`, external: true } : null;
  },
};

/** An element with what nearly all of them need, which pages fetch as two files: that of the engine, and that of the elements. */
const TYPICAL = join(root, 'components/cnn-saliency/cnn-saliency.ts');

/** The modules of which it consists without an `import()`, but its own. */
async function neededByAll(options) {
  const { output } = await (await openSources({ ...options, input: TYPICAL })).generate({});
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const names = new Set([output[0].fileName]);
  for (const name of names) for (const next of chunks.get(name)?.imports ?? []) names.add(next);
  const modules = [...names].flatMap((name) => Object.entries(chunks.get(name)?.modules ?? {}));
  const rendered = modules.filter(([id, { renderedLength }]) => renderedLength > 0 && !id.includes('/components/cnn-'));
  return new Set(rendered.map(([id]) => id));
}

const isOfElements = (id) => /^(components|node_modules)\//.test(relative(root, id));

/** Writes it. Resolves to the modules that went into it. */
export async function buildLibrary() {
  const dir = join(root, 'dist');
  const options = { external: (id) => id.startsWith('node:'), plugins: [besidePlugin], forNode: true };
  const [shared] = await Promise.all([neededByAll(options), writeSingleFiles(dir)]);
  const input = Object.fromEntries(Object.entries(entries()).map(([name, path]) => [name, join(root, path)]));
  const { output } = await (
    await openSources({ ...options, input })
  ).write({
    dir,
    entryFileNames: '[name].js',
    // Flat, because src/bundled.ts counts on its distance from the models. Bundlers keep a chunk-….js whole: it defines elements.
    chunkFileNames: ({ moduleIds }) => (moduleIds.some(isOfElements) ? 'chunk-[hash].js' : 'engine-[hash].js'),
    paths: (id) => id.replace(/^beside:/, ''),
    // Left to itself, Rollup makes 60 files of what one element needs, one for each set of entries that share a module.
    onlyExplicitManualChunks: true,
    manualChunks: (id) => (shared.has(id) ? (isOfElements(id) ? 'elements' : 'engine') : undefined),
    plugins: [terserPlugin()],
  });
  return output.flatMap(({ modules = {} }) => Object.keys(modules));
}
