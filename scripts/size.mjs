// npm run size: a page with one <cnn-saliency> must stay small until its picture stands, on a GPU and without one; so must what
// computes without one, and what tags fetch. Prints what is downloaded. After a build.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { bundle } from './rollup.mjs';
import { main, root, setUp } from './setup.mjs';
import { writeSingleFiles } from './worker.mjs';

/** Of a page with one element, until its picture stands. What is in it, and what is not: docs/decisions/0003-size-budget.md. */
const LIMITS_BYTES = { webgpu: 76_000, cpu: 86_500 };
/** Of the file that the CPU backend's Worker runs: kernels, usual loops and what calls them. */
const WORKER_LIMIT_BYTES = 25_000;
/** Of the same page on a GPU without a bundler, where a tag names the element's own file, or dist/autoload.js. */
const TAG_LIMIT_BYTES = 85_000;
/** Of dist/unpool.min.js. */
const SCRIPT_LIMIT_BYTES = 206_000;

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
          figure.addEventListener('cnn-result', () => resolve());
          figure.addEventListener('cnn-error', ({ error }) => reject(error));
        }),
    );
    return scripts;
  } finally {
    await browser.close();
  }
}

/** Writes a page with one element. */
function writePage(file, script, backend) {
  writeFileSync(
    file,
    `<!doctype html><title>One element</title><link rel="icon" href="data:," />
     <meta name="unpool-models" content="/models/" />
     <script type="module" src="${script}"></script>
     <cnn-saliency src="/site/photos/european-honey-bee.jpg" method="guided-backprop" backend="${backend}"></cnn-saliency>`,
  );
}

/** The element with its Worker, bundled by Rollup, which Vite runs up to version 7, in pages for each backend. */
async function bundlePage(folder) {
  const isHost = (id) => id.endsWith('./local-host.ts');
  await (await bundle('components/cnn-saliency/cnn-saliency.ts', isHost)).write(folder);
  await writeSingleFiles(folder);
  for (const backend of Object.keys(LIMITS_BYTES)) {
    writePage(join(folder, `${backend}.html`), 'cnn-saliency.js', backend);
  }
}

async function checkSize() {
  await setUp();
  const { serve } = await import('./serve.mjs');
  const folder = join(root, 'build/size');
  rmSync(folder, { recursive: true, force: true });
  await bundlePage(folder);
  const server = await serve();
  const problems = [];
  const weigh = (what, files, limit) => {
    const sizes = files.map((file) => [brotliBytes(file), relative(root, file)]).sort(([a], [b]) => b - a);
    if (sizes.length > 1) for (const [bytes, path] of sizes) console.log(`  ${bytes} ${path}`);
    const bytes = sizes.reduce((sum, [size]) => sum + size, 0);
    console.log(`${what}: ${bytes} bytes brotli of ${limit}${sizes.length > 1 ? `, in ${sizes.length} files` : ''}`);
    if (bytes > limit) problems.push(`${what} is over its budget by ${bytes - limit} bytes`);
  };
  try {
    for (const [backend, limit] of Object.entries(LIMITS_BYTES)) {
      const scripts = await fetchedScripts(`${server.url}/build/size/${backend}.html`);
      weigh(`engine + <cnn-saliency>, ${backend}`, scripts, limit);
    }
    for (const script of ['/dist/components/cnn-saliency.js', '/dist/autoload.js']) {
      writePage(join(folder, 'tag.html'), script, 'webgpu');
      weigh(`a tag with ${script}`, await fetchedScripts(`${server.url}/build/size/tag.html`), TAG_LIMIT_BYTES);
    }
  } finally {
    await server.close();
  }
  weigh("the CPU backend's Worker", [join(folder, 'cpu-worker.js')], WORKER_LIMIT_BYTES);
  weigh('unpool.min.js', [join(root, 'dist/unpool.min.js')], SCRIPT_LIMIT_BYTES);
  if (problems.length > 0) throw new Error(problems.join('; '));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main(checkSize);
