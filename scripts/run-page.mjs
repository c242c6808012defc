// A script of the repository inside a page with WebGPU; what it logs is printed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { page as bundle } from '../esbuild.config.mjs';
import { cpuClock } from './bench/processes.mjs';
import { launchChrome, observe } from './launch.mjs';
import { serve } from './serve.mjs';
import { root } from './setup.mjs';

/**
 * Resolves to the code that the script ends with. It finds the repository's files at absolute URLs (/models/…), `globals`
 * and `functions` (of this process; they return promises there) in `globalThis`, beside `__exit(code)` and `__cpuMs()`,
 * the CPU time of all the browser's processes.
 */
export async function runPage(entry, { globals = {}, functions = {}, limitMs }) {
  const name = basename(entry, '.ts');
  await build(bundle(entry));
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
        () => reject(new Error(`${entry} has not ended after ${limitMs / 60_000} min`)),
        limitMs,
      );
      browser.once('disconnected', () => reject(new Error('the browser has ended')));
      const end = (code) => resolve(clearTimeout(limit) ?? code);
      observe(page, (kind, text) => {
        (kind === 'error' || kind === 'fault' ? console.error : console.log)(text);
        if (kind === 'fault') end(1);
      });
      const exposed = { ...functions, __exit: (code = 0) => end(code), __cpuMs: cpuClock(browser.process().pid) };
      Promise.all(Object.entries(exposed).map(([key, call]) => page.exposeFunction(key, call)))
        .then(() => page.evaluateOnNewDocument((values) => Object.assign(globalThis, values), globals))
        .then(() => page.goto(`${server.url}/build/pages/${name}.html`))
        .catch(reject);
    });
  } finally {
    await browser.close();
    server.close();
  }
}
