// npm run site: the whole site in build/site, for any static host and under any path: pages, minified scripts, pictures and
// networks.
import { cpSync, rmSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { main, root, setUp } from './setup.mjs';

const OUT = join(root, 'build/site');
/** What pages are made from, and what networks are made with. */
const SOURCES = new Set(['.ts', '.py']);
const FRAGMENTS = join('site', 'pages');

await main(async () => {
  await setUp();
  const [{ build }, { site }] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  rmSync(OUT, { recursive: true, force: true });
  const wanted = (path) => !SOURCES.has(extname(path)) && relative(root, path) !== FRAGMENTS;
  cpSync(join(root, 'site'), OUT, { recursive: true, filter: wanted });
  cpSync(join(root, 'models'), join(OUT, 'models'), { recursive: true, filter: wanted });
  await build({ ...site({ models: 'models/' }), minify: true, sourcemap: false });
  console.log(`the site lies in ${relative(root, OUT)}`);
});
