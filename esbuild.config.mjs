// What runs from the repository is bundled by esbuild, from what, to where; the scripts in scripts/ run these. The package is
// bundled by Rollup: scripts/library.mjs and scripts/script.mjs.
import { root } from './scripts/setup.mjs';
import { shadersPlugin } from './scripts/shaders.mjs';
import { scripts } from './scripts/site/pages.mjs';
import { pagesPlugin } from './scripts/site/write.mjs';
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
