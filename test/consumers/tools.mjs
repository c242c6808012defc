// Builds the page of this folder with other people's tools, as their own first pages say, and serves it where they do.
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const out = (name) => join(here, 'built', name);

function prepare(name) {
  rmSync(out(name), { recursive: true, force: true });
  return out(name);
}

const viteOptions = { root: here, logLevel: 'error' };

/** At a sub-path, as pages of a repository have it. */
export async function viteBuild() {
  const { build, preview } = await import('vite');
  const options = { ...viteOptions, base: '/repo/', build: { outDir: prepare('vite') } };
  await build(options);
  const server = await preview({ ...options, preview: { port: 0 } });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

/** `vite` is the package: version 8 bundles what its server gathers by Rolldown, earlier ones by esbuild. */
const viteDev = async ({ createServer }, cacheDir) => {
  const server = await createServer({
    ...viteOptions,
    cacheDir: join(here, 'node_modules', cacheDir),
    server: { port: 0 },
  });
  await server.listen();
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
};
export const vite7Dev = async () => viteDev(await import('vite-7'), '.vite');
export const vite8Dev = async () => viteDev(await import('vite'), '.vite-8');

export async function webpackBuild() {
  const { default: webpack } = await import('webpack');
  const path = prepare('webpack');
  // That a network is large is known.
  const performance = { hints: false };
  const compiler = webpack({ mode: 'production', context: here, entry: './main.js', output: { path }, performance });
  const stats = await new Promise((done, fail) =>
    compiler.run((error, result) => (error ? fail(error) : done(result))),
  );
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
}

export async function esbuildSplitting() {
  const { build } = await import('esbuild');
  const outdir = prepare('esbuild-splitting');
  await build({ absWorkingDir: here, entryPoints: ['main.js'], bundle: true, splitting: true, format: 'esm', outdir });
}

/** Without a word about the format: a classic script, in which `import.meta` is empty. */
export async function esbuildPlain() {
  const { build } = await import('esbuild');
  const outdir = prepare('esbuild-plain');
  await build({ absWorkingDir: here, entryPoints: ['main.js'], bundle: true, outdir, logLevel: 'error' });
}

/** The bundle's path. */
export async function esbuildUmap() {
  const { build } = await import('esbuild');
  const outdir = prepare('esbuild-umap');
  const entryPoints = ['umap-splitting.mjs'];
  await build({
    absWorkingDir: here,
    entryPoints,
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  return join(outdir, 'umap-splitting.mjs');
}

let nextBuilt;

/** To the folder `out`; once for all of its pages. */
export function nextBuild() {
  const next = join(here, 'node_modules/next/dist/bin/next');
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  nextBuilt ??= promisify(execFile)(process.execPath, [next, 'build'], { cwd: here, env });
  return nextBuilt;
}

export { frameworkBuild, hydratedBuild } from './frameworks.mjs';
export { markdownIt, remark } from './markdown.mjs';
