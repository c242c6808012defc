import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { build } from 'esbuild';
import { CHROME_FLAGS, findChrome } from './scripts/browser.mjs';
import { summaryReporter } from './scripts/reporter.mjs';
import { workerText } from './scripts/worker.mjs';

/** crossOriginIsolated: threads for onnxruntime-web, fine timers. */
function isolate(context, next) {
  context.set('Cross-Origin-Opener-Policy', 'same-origin');
  context.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return next();
}

/** onnxruntime-web imports modules of Node in a branch that a browser never takes, but the server resolves every import. */
const nodeStubs = {
  name: 'node-stubs',
  resolveImport: ({ source }) => (['module', 'worker_threads'].includes(source) ? '/node-stub.js' : undefined),
  serve: ({ path }) => (path === '/node-stub.js' ? { body: 'export {};', type: 'js' } : undefined),
};

/** umap-js is a CommonJS package, which no browser can import. */
const bundled = {
  name: 'bundled',
  resolveImport: ({ source }) => (source === 'umap-js' ? '/umap-js.js' : undefined),
  serve: async ({ path }) => {
    if (path !== '/umap-js.js') return undefined;
    const stdin = { contents: "export { UMAP } from 'umap-js';", resolveDir: import.meta.dirname };
    const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false });
    return { body: outputFiles[0].text, type: 'js' };
  },
};

/** The Worker as a build has it: where sources are served as they are there is no such file. */
const worker = {
  name: 'worker',
  serve: async ({ path }) => (path === '/src/work/worker.js' ? { body: await workerText(), type: 'js' } : undefined),
};

export default {
  files: 'test/**/*.test.ts',
  nodeResolve: true,
  // More pages at once do not help: the software GPU already uses every core.
  concurrency: 1,
  middleware: [isolate],
  plugins: [
    nodeStubs,
    bundled,
    worker,
    esbuildPlugin({ ts: true, target: 'es2022', tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)) }),
  ],
  reporters: [defaultReporter({ reportTestProgress: Boolean(process.stdout.isTTY) }), summaryReporter()],
  testFramework: { config: { timeout: 60_000 } },
  testsFinishTimeout: 600_000,
  browserStartTimeout: 60_000,
  coverageConfig: { include: ['src/**', 'components/**'] },
  browsers: [chromeLauncher({ launchOptions: { ...findChrome(), headless: true, args: CHROME_FLAGS } })],
};
