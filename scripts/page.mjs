// node scripts/page.mjs bench/goldens.ts [argument …]: runs a script inside a page with WebGPU and prints what it logs.
// The script finds the repository's files at absolute URLs (/models/…), its arguments in `globalThis.__args`, and ends
// with `globalThis.__exit(code)`; `await globalThis.__cpuMs()` is the CPU time of all the browser's processes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

const LIMIT_MS = 15 * 60_000;

async function runPage(entry, args) {
  const [{ build }, config, { serve }, { launchChrome, observe }, { cpuClock }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
    import('./launch.mjs'),
    import('./bench/processes.mjs'),
  ]);
  const name = basename(entry, '.ts');
  await build(config.page(entry));
  mkdirSync(join(root, 'build/pages'), { recursive: true });
  writeFileSync(
    join(root, `build/pages/${name}.html`),
    `<!doctype html><title>${name}</title><link rel="icon" href="data:," /><script type="module" src="${name}.js"></script>`,
  );

  const server = await serve();
  const browser = await launchChrome();
  try {
    const page = await browser.newPage();
    return await new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${entry} has not ended after ${LIMIT_MS / 60_000} min`)),
        LIMIT_MS,
      );
      const end = (code) => resolve(clearTimeout(limit) ?? code);
      observe(page, (kind, text) => {
        (kind === 'error' || kind === 'fault' ? console.error : console.log)(text);
        if (kind === 'fault') end(1);
      });
      page
        .exposeFunction('__exit', (code = 0) => end(code))
        .then(() => page.exposeFunction('__cpuMs', cpuClock(browser.process().pid)))
        .then(() => page.evaluateOnNewDocument((list) => (globalThis.__args = list), args))
        .then(() => page.goto(`${server.url}/build/pages/${name}.html`))
        .catch(reject);
    });
  } finally {
    await browser.close();
    server.close();
  }
}

await main(async () => {
  const [entry, ...args] = process.argv.slice(2);
  if (!entry) throw new Error('usage: node scripts/page.mjs <script.ts> [argument …]');
  await setUp();
  process.exitCode = await runPage(entry, args);
});
