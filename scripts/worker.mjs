// The Worker of a build: one file without chunks, worker.js beside the others, so that it also starts from a copy of its
// text where a page is at another origin (src/work/open-worker.ts).
import { join } from 'node:path';
import { root } from './setup.mjs';
import { shadersPlugin } from './shaders.mjs';

const worker = {
  absWorkingDir: root,
  entryPoints: { worker: 'src/worker.ts' },
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  tsconfig: 'tsconfig.json',
  logLevel: 'warning',
  plugins: [shadersPlugin({ minified: true })],
};

/** For builds with an `outdir`: writes their Worker there. */
export const workerPlugin = () => ({
  name: 'worker',
  setup({ esbuild, initialOptions: { outdir }, onEnd }) {
    onEnd(async () => {
      await esbuild.build({ ...worker, outdir });
    });
  },
});

/** Its text, for the test runner, where sources are served as they are: there it lies beside src/work/open-worker.ts. */
export async function workerText() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({ ...worker, outdir: join(root, 'build'), write: false });
  return outputFiles[0].text;
}
