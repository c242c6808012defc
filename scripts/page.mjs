// node scripts/page.mjs bench/kernels.ts [argument …]: runs a script inside a page with WebGPU and prints what it logs.
// The script finds its arguments in `globalThis.__args` and what run-page.mjs gives it, and ends with `__exit(code)`.
import { main, setUp } from './setup.mjs';

await main(async () => {
  const [entry, ...args] = process.argv.slice(2);
  if (!entry) throw new Error('usage: node scripts/page.mjs <script.ts> [argument …]');
  await setUp();
  const { runPage } = await import('./run-page.mjs');
  process.exitCode = await runPage(entry, { globals: { __args: args }, limitMs: 60 * 60_000 });
});
