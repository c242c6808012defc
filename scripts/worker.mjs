// The Workers of a build: each one file without chunks, worker.js and cpu-worker.js beside the others, so that it also starts
// from a copy of its text where a page is at another origin (src/work/open-worker.ts).
import { join } from 'node:path';
import { root } from './setup.mjs';
import { shadersPlugin } from './shaders.mjs';

/** File → its source. */
const WORKERS = { worker: 'src/worker.ts', 'cpu-worker': 'src/cpu-worker.ts' };

/** Workers run in pages, which decode pictures themselves; bundlers would ask what it imports. */
const withoutNode = {
  name: 'without-node',
  setup({ onLoad }) {
    onLoad({ filter: /\bdecode-file\.ts$/ }, () => ({ contents: 'export {};' }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  tsconfig: 'tsconfig.json',
  logLevel: 'warning',
  plugins: [shadersPlugin({ minified: true }), withoutNode],
};

/** For builds with an `outdir`: writes their Workers there. */
export const workerPlugin = () => ({
  name: 'worker',
  setup({ esbuild, initialOptions: { outdir }, onEnd }) {
    onEnd(async () => {
      await esbuild.build({ ...common, entryPoints: WORKERS, outdir });
    });
  },
});

/** The text of one, for the test runner, where sources are served as they are and there is no such file. */
export async function workerText(name) {
  const { build } = await import('esbuild');
  const entryPoints = { [name]: WORKERS[name] };
  const { outputFiles } = await build({ ...common, entryPoints, outdir: join(root, 'build'), write: false });
  return outputFiles[0].text;
}
