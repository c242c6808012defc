// npm run consumers: packs the package as npm does, installs it where nothing of the repository can be found, builds pages with
// figures by several tools (test/consumers), makes others of the snippets of the guides, and opens each in a headless Chromium:
// the figures must be drawn from the default network, and the checks hold, without an error or a warning in the console. Public
// hosts are played by the package. `npm run consumers -- vite next` tries those whose names begin so.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { install, PROJECT, run } from './consumers/project.mjs';
import { main, root, setUp } from './setup.mjs';

const begin = promisify(execFile);

/** Types of the package as each framework's compiler reads them, and the package as tools for packages do. */
const typesFor = (compiler, framework) => async () => {
  const script = join(PROJECT, 'node_modules', compiler);
  const folder = join(PROJECT, 'types');
  const config = join(folder, `tsconfig.${framework}.json`);
  const options = compiler.startsWith('svelte') ? ['--workspace', folder, '--tsconfig', config] : ['-p', config];
  await begin(process.execPath, [script, ...options], { cwd: PROJECT });
  return 'no errors, and the expected ones';
};
const TSC = 'typescript/bin/tsc';

/** Programs without a page. */
const PROGRAMS = {
  'types: React 19': typesFor(TSC, 'react'),
  'types: Preact': typesFor(TSC, 'preact'),
  'types: Solid': typesFor(TSC, 'solid'),
  'types: Vue': typesFor('vue-tsc/bin/vue-tsc.js', 'vue'),
  'types: Svelte': typesFor('svelte-check/bin/svelte-check', 'svelte'),
  'types: the script for a tag': typesFor(TSC, 'script'),
  'node: import of the elements': async () =>
    node('--input-type=module', '-e', "import 'unpool/components'; import 'unpool';"),
  'node: UMAP': async () => node('umap-splitting.mjs'),
  'node: UMAP by esbuild --splitting': async (tools) => node(await tools.esbuildUmap()),
};

async function node(...args) {
  const { stdout } = await begin(process.execPath, args, { cwd: PROJECT });
  const lines = stdout.trim().split('\n');
  return `last line "${lines.at(-1)}"`;
}

await main(async () => {
  await setUp();
  const names = process.argv.slice(2);
  const wanted = ([name]) => names.length === 0 || names.some((start) => name.startsWith(start));
  run(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  const tarball = install();
  const [
    { launchChrome },
    { checkPackage },
    { visitInTime },
    { bundles },
    { frameworkPages, writeSnippets },
    { scriptPages },
    { documentPages },
    tools,
  ] = await Promise.all([
    import('./launch.mjs'),
    import('./package-check.mjs'),
    import('./consumers/visit.mjs'),
    import('./consumers/bundles.mjs'),
    import('./consumers/framework-pages.mjs'),
    import('./consumers/script-pages.mjs'),
    import('./consumers/document-pages.mjs'),
    import(pathToFileURL(join(PROJECT, 'tools.mjs'))),
  ]);
  writeSnippets();
  const browser = await launchChrome();
  const consumers = { ...bundles(tools), ...frameworkPages(tools), ...scriptPages(), ...documentPages(tools) };
  const pages = Object.entries(consumers).map(([name, { open, ...expected }]) => [
    name,
    async () => {
      const { url, close } = await open();
      try {
        return await visitInTime(browser, url, expected);
      } finally {
        await close();
      }
    },
  ]);
  const programs = Object.entries({ package: () => checkPackage(tarball), ...PROGRAMS });
  // Two at a time: a page, and a program without one
  const lanes = [pages, programs].map((lane) => lane.filter(wanted));
  const all = lanes.flat().length;
  let failed = 0;
  const tryAll = async (lane) => {
    for (const [name, attempt] of lane) {
      const start = performance.now();
      const { ok, word } = await attempt(tools).then(
        (text) => ({ ok: true, word: text }),
        (error) => ({ ok: false, word: [error.message, error.stdout, error.stderr].filter(Boolean).join('\n') }),
      );
      if (!ok) failed++;
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(40)} ${seconds} s  ${word}`);
    }
  };
  try {
    await Promise.all(lanes.map(tryAll));
  } finally {
    await browser.close();
  }
  process.exitCode = failed ? 1 : 0;
  console.log(`${all - failed} passed, ${failed} failed`);
});
