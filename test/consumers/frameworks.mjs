// Pages of frameworks, built by Vite with their plugins. Each has the figure of the guide, as it stands there (types/guide), and a
// figure of its own folder whose attributes, flag and event are bound in the framework's way.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

const react = async () => [(await import('@vitejs/plugin-react')).default()];

/** What the guide says for Vue is its file of settings; the others' plugins need none. */
const PLUGINS = {
  vanilla: async () => [],
  vue: async () => (await import('./types/guide/vue-settings.mjs')).default.plugins,
  react,
  hydrated: react,
  svelte: async () => [(await import('@sveltejs/vite-plugin-svelte')).svelte({ configFile: false })],
};

/** Builds the page of a folder; the path of what is built. React and the others warn of what they find wrong in development only. */
export async function frameworkBuild(name) {
  const outDir = prepare(name);
  // That a network is large is known.
  const build = { outDir, emptyOutDir: true, minify: false, chunkSizeWarningLimit: 10_000 };
  await viteBuild(name, { define: { 'process.env.NODE_ENV': '"development"' }, build });
  return outDir;
}

/** The page of React as a server sends it, to be hydrated. */
export async function hydratedBuild() {
  const folder = await frameworkBuild('hydrated');
  await viteBuild('hydrated', { build: { ssr: 'server.jsx', outDir: prepare('server') } });
  const { html } = await import('./built/server/server.mjs');
  const page = join(folder, 'index.html');
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace('<!--server-->', () => html()),
  );
  return folder;
}

function prepare(name) {
  const folder = join(here, 'built', name);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

async function viteBuild(name, settings) {
  const { build } = await import('vite');
  const root = join(here, 'frameworks', name);
  await build({ root, configFile: false, logLevel: 'error', plugins: await PLUGINS[name](), ...settings });
}
