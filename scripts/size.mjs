// npm run size: a page with one <cnn-saliency> must stay small until its picture stands, and the script that holds everything
// too. Prints what is downloaded. After a build.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { main, root, setUp } from './setup.mjs';

/** Of a page with one element, until its picture stands. What is in it, and what is not: docs/decisions/0003-size-budget.md. */
const LIMIT_BYTES = 75_000;
/** Of dist/unpool.min.js. */
const SCRIPT_LIMIT_BYTES = 200_000;

/** As static hosts and CDNs send it: brotli at its best, which is the default of Node's zlib. */
export const brotliBytes = (file) => brotliCompressSync(readFileSync(file)).length;

/** The scripts that a page with one element asks for, in a browser, until its picture stands. */
async function fetchedScripts(url) {
  const { launchChrome } = await import('./launch.mjs');
  const browser = await launchChrome();
  try {
    const page = await browser.newPage();
    const scripts = [];
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('.js') && response.ok()) scripts.push(join(root, pathname));
    });
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const figure = document.querySelector('cnn-saliency');
          if (figure.phase === 'result') resolve();
          figure.addEventListener('cnn-result', resolve);
          figure.addEventListener('cnn-error', ({ error }) => reject(error));
        }),
    );
    return scripts;
  } finally {
    await browser.close();
  }
}

/** Sources as Rollup wants them: TypeScript and JSON as JavaScript, shaders without comments. */
async function sourcesPlugin() {
  const [{ transform }, { generate }] = await Promise.all([import('esbuild'), import('./shaders.mjs')]);
  const shaders = await generate({ minified: true });
  const generated = join(root, 'shaders/generated/');
  const tsconfigRaw = readFileSync(join(root, 'tsconfig.json'), 'utf8');
  return {
    name: 'sources',
    async load(id) {
      if (!/\.(ts|json)$/.test(id)) return null;
      const text = id.startsWith(generated) ? shaders.get(relative(generated, id)) : readFileSync(id, 'utf8');
      if (id.endsWith('.json')) return { code: `export default ${text}`, moduleSideEffects: false };
      const { code } = await transform(text, { loader: 'ts', target: 'es2022', tsconfigRaw });
      return { code, moduleSideEffects: id.startsWith(join(root, 'components/')) };
    },
  };
}

/** A page with one element, bundled by Rollup, which Vite runs up to version 7. */
async function bundlePage(folder) {
  const [{ rollup }, { nodeResolve }, { minify }, { smallest }] = await Promise.all([
    import('rollup'),
    import('@rollup/plugin-node-resolve'),
    import('terser'),
    import('../esbuild.config.mjs'),
  ]);
  const bundle = await rollup({
    input: join(root, 'components/cnn-saliency/cnn-saliency.ts'),
    external: /^onnxruntime-web/,
    plugins: [nodeResolve({ browser: true, exportConditions: ['production'] }), await sourcesPlugin()],
  });
  const minified = { name: 'terser', renderChunk: async (code) => (await minify(code, smallest)).code };
  await bundle.write({ dir: folder, plugins: [minified] });
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>One element</title><link rel="icon" href="data:," />
     <meta name="unpool-models" content="/models/" />
     <script type="module" src="cnn-saliency.js"></script>
     <cnn-saliency src="/site/photos/european-honey-bee.jpg" method="guided-backprop"></cnn-saliency>`,
  );
}

async function checkSize() {
  await setUp();
  const { serve } = await import('./serve.mjs');
  const folder = join(root, 'build/size');
  rmSync(folder, { recursive: true, force: true });
  await bundlePage(folder);
  const server = await serve();
  const scripts = await fetchedScripts(`${server.url}/build/size/index.html`).finally(() => server.close());
  const sizes = scripts.map((file) => [brotliBytes(file), relative(folder, file)]).sort(([a], [b]) => b - a);
  for (const [bytes, path] of sizes) console.log(`  ${bytes} ${path}`);
  const bytes = sizes.reduce((sum, [size]) => sum + size, 0);
  console.log(`engine + <cnn-saliency>: ${bytes} bytes brotli of ${LIMIT_BYTES}, in ${scripts.length} files`);
  const script = brotliBytes(join(root, 'dist/unpool.min.js'));
  console.log(`unpool.min.js: ${script} bytes brotli of ${SCRIPT_LIMIT_BYTES}`);
  if (script > SCRIPT_LIMIT_BYTES)
    throw new Error(`the script is over its budget by ${script - SCRIPT_LIMIT_BYTES} bytes`);
  if (bytes > LIMIT_BYTES) throw new Error(`over the size budget by ${bytes - LIMIT_BYTES} bytes`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main(checkSize);
