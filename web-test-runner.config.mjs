import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { CHROME_FLAGS, findChrome, findFirefox } from './scripts/browser.mjs';
import { summaryReporter } from './scripts/reporter.mjs';
import { singleFile } from './scripts/worker.mjs';

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

/** The Workers as a build has them, each beside the module that opens it, and what one fetches: where sources are served there are no such files. */
const WORKERS = {
  '/src/work/worker.js': 'worker.js',
  '/src/engine/cpu/cpu-worker.js': 'cpu-worker.js',
  '/src/engine/cpu/cpu-more.js': 'cpu-more.js',
};

const texts = {};

const workers = {
  name: 'workers',
  serve: async ({ path }) =>
    WORKERS[path] ? { body: await (texts[path] ??= singleFile(WORKERS[path])), type: 'js' } : undefined,
};

/** Everything runs twice: on WebGPU, and with this in a browser without it. */
const withoutGpu = process.env.UNPOOL_BACKEND === 'cpu';

/** What is about a GPU. */
const NEEDS_GPU = [
  'test/gpu/**',
  'test/engine/{benchmark,lifetime,share,shared,state,tune,webgpu}.test.ts',
  'test/graph/halve-weights.test.ts',
  'test/methods/device-loss.test.ts',
  'test/components/{bench,device-loss,figures,first-load,no-gpu}.test.ts',
  'test/ops/variants.test.ts',
];

/** What computes nothing, what is about the CPU, and what would find the same on a GPU: once is enough. */
const NEEDS_NO_GPU = [
  'test/*.test.ts',
  'test/{cpu,engine/cpu,fuzz,models,onnx,paint,site,tensor,work}/**',
  'test/components/{absurd,controls,dreams,embedding,hostile,inversion,layout,names,network,save}.test.ts',
  'test/components/{strange-pages,top-patches,two-copies,upgrade}.test.ts',
  'test/corpus/**',
  'test/engine/{head,keras,numbers,picture-input,plan}.test.ts',
  'test/methods/{between-layers,diagram,filters,heads,style-alone}.test.ts',
  'test/methods/training/layers.test.ts',
  'test/graph/{batch,evaluate,fold,fuse,layers,prune,receptive-field,rules,split-head,split-weights}.test.ts',
  'test/ops/{dependence,families,fused,non-finite,throw-away}.test.ts',
  'test/ops/*/importers.test.ts',
];

/** Figures would take the CPU in both, since the GPU is one of software. */
const testRunnerHtml = (testFramework) => `<!doctype html>
  <meta name="unpool-backend" content="${withoutGpu ? 'cpu' : 'webgpu'}" />
  ${withoutGpu ? '<script>delete Navigator.prototype.gpu</script>' : ''}
  <script type="module" src="${testFramework}"></script>`;

/** Setting a viewport also turns the screen, which Firefox 140 does not know: it fails once the size is set. */
async function pageOfFirefox({ context }) {
  const page = await context.newPage();
  const setViewport = page.setViewport.bind(page);
  page.setViewport = (viewport) => setViewport(viewport).catch(() => undefined);
  return page;
}

/** The browser of the run: Chromium, or an installed Firefox. */
function browser() {
  if (process.env.UNPOOL_BROWSER === 'firefox') {
    const launchOptions = { browser: 'firefox', executablePath: findFirefox(), headless: true, args: [] };
    return Object.assign(chromeLauncher({ launchOptions, createPage: pageOfFirefox }), { name: 'Firefox' });
  }
  return chromeLauncher({ launchOptions: { ...findChrome(), headless: true, args: CHROME_FLAGS } });
}

export default {
  files: ['test/**/*.test.ts', ...(withoutGpu ? NEEDS_GPU : NEEDS_NO_GPU).map((file) => `!${file}`)],
  nodeResolve: true,
  testRunnerHtml,
  // More pages at once do not help on WebGPU: that of software already uses every core.
  concurrency: withoutGpu ? 2 : 1,
  middleware: [isolate],
  plugins: [
    nodeStubs,
    workers,
    // The first Chrome with JSON modules: for a year of ECMAScript esbuild would drop the "with" of their imports.
    esbuildPlugin({
      ts: true,
      target: 'chrome123',
      tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
    }),
  ],
  reporters: [defaultReporter({ reportTestProgress: Boolean(process.stdout.isTTY) }), summaryReporter()],
  testFramework: { config: { timeout: 60_000 } },
  testsFinishTimeout: 600_000,
  browserStartTimeout: 60_000,
  coverageConfig: { include: ['src/**', 'components/**'] },
  browsers: [browser()],
};
