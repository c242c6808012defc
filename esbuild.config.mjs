// What is bundled, from what, to where. The scripts in scripts/ run these.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { headOf, inputsOf } from './scripts/licences.mjs';
import { root } from './scripts/setup.mjs';
import { shadersPlugin } from './scripts/shaders.mjs';
import { scripts } from './scripts/site/pages.mjs';
import { pagesPlugin } from './scripts/site/write.mjs';
import { VENDORED } from './scripts/vendor.mjs';
import { smallest } from './scripts/rollup.mjs';
import { stylesPlugin } from './scripts/styles.mjs';
import { singleFilesPlugin } from './scripts/worker.mjs';

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
  tsconfig: 'tsconfig.json',
  logLevel: 'warning',
};

/** `headOf` a metafile is what each file starts with. */
const terserPlugin = (headOf) => ({
  name: 'terser',
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    onEnd(async ({ metafile, outputFiles = [] }) => {
      const { minify } = await import('terser');
      const preamble = await headOf(inputsOf(metafile));
      for (const { path, text } of outputFiles) {
        const { code } = await minify(text, { ...smallest, format: { preamble } });
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, code);
      }
    });
  },
});

const minified = {
  ...common,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  conditions: ['production'],
  metafile: true,
  // The fallback backend is megabytes: loaded by whoever wants it.
  external: ['onnxruntime-web', 'onnxruntime-web/*'],
  plugins: [shadersPlugin({ minified: true }), stylesPlugin()],
};

/** `cnn-saliency` of components/cnn-saliency/cnn-saliency.ts, … */
const elements = () => readdirSync(join(root, 'components')).filter((name) => name.startsWith('cnn-'));

/** The Chinese words are in the package once: in the file that the script for a tag fetches, which lies beside the chunks. */
const chineseBeside = {
  name: 'chinese-beside',
  setup({ onResolve }) {
    onResolve({ filter: /\/chinese\.ts$/ }, () => ({ path: './zh.js', external: true }));
  },
};

/**
 * The npm package: one entry for the engine, one each for attribution, for measures of maps and for training, one for each element,
 * one for the command line; dependencies
 * are left to the importer.
 */
export const library = () => ({
  ...common,
  // Maps stay out of the package: a comment that leads nowhere is a warning in every bundler
  sourcemap: 'external',
  entryPoints: {
    index: 'src/index.ts',
    attribution: 'src/attribution.ts',
    measures: 'src/measures.ts',
    training: 'src/training.ts',
    cli: 'cli/main.ts',
    'components/index': 'components/index.ts',
    ...Object.fromEntries(elements().map((name) => [`components/${name}`, `components/${name}/${name}.ts`])),
  },
  outdir: 'dist',
  splitting: true,
  packages: 'external',
  // Flat, because src/bundled.ts counts on its distance from the models.
  chunkNames: '[name]-[hash]',
  metafile: true,
  plugins: [shadersPlugin({ minified: true }), stylesPlugin(), singleFilesPlugin(), chineseBeside],
});

/** umap-js for the script of a tag, beside which it lies. */
export const umap = () => ({
  ...minified,
  entryPoints: { umap: VENDORED },
  outdir: 'dist',
  plugins: [terserPlugin(headOf)],
});

/** Code that runs from the repository only; onnxruntime-web imports modules of Node in branches for Node. */
const local = {
  ...common,
  splitting: true,
  conditions: ['development'],
  external: ['module', 'worker_threads'],
  plugins: [shadersPlugin(), singleFilesPlugin()],
};

/** A page for `scripts/page.mjs`. */
export const page = (entry) => ({ ...local, entryPoints: [entry], outdir: 'build/pages', entryNames: '[name]' });

/** The pages of the bench. */
export const bench = (entryPoints) => ({ ...page(), entryPoints });

/** The part of the bench that needs no page; other libraries run in pages only. */
export const benchInNode = () => ({
  ...bench(['bench/main.ts']),
  platform: 'node',
  outdir: 'build/bench',
  external: ['onnxruntime-web', '@tensorflow/*'],
});

/** What `npm run fuzz` tries in Node. */
export const fuzzer = () => ({
  ...page('test/fuzz/entry.ts'),
  platform: 'node',
  outdir: 'build/fuzz',
});

/** What scripts/zoo.mjs does with each network. */
export const zoo = () => ({
  ...page('test/zoo/check.ts'),
  platform: 'node',
  outdir: 'build/zoo-check',
});

/**
 * The site in build/site: its pages, and the scripts that they name, where x.js is bundled from x.ts. Options as
 * {@link pagesPlugin} takes them.
 */
export function site(options) {
  return {
    ...local,
    entryPoints: scripts(),
    outbase: 'site',
    outdir: 'build/site',
    plugins: [...local.plugins, pagesPlugin(options)],
  };
}
