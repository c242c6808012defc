// npm run consumers: packs the package as npm does, installs it where nothing of the repository can be found, builds a page
// with a figure by several tools (test/consumers), and opens each in a headless Chromium: the figure must be drawn from the
// default network, and the checks below hold, without a line in the console. The public host is played by the package.
// `npm run consumers -- vite next` tries those whose names begin so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { TYPES } from './serve.mjs';
import { main, root, setUp } from './setup.mjs';

/** Outside of the repository, whose packages would be found otherwise; kept, so that a second run installs little. */
const PROJECT = join(tmpdir(), 'unpool-consumers');
const PACKAGE = join(PROJECT, 'node_modules/unpool');
const PUBLIC_HOST = 'https://cdn.jsdelivr.net/npm/unpool@';
const VISIT_MS = 120_000;

const FIGURE = '<cnn-saliency src="photo.jpg" method="gradient"></cnn-saliency><cnn-trainer></cnn-trainer>';
const pageWith = (scripts) =>
  `<!doctype html><meta charset="utf-8" /><title>Page</title><link rel="icon" href="data:," />${scripts}${FIGURE}`;
/** A script from which the page's checks are called. */
const lone = (address) => `<script type="module">globalThis.unpool = await import('${address}');</script>`;

/**
 * What must hold in every page besides its figure. Each runs in the page, knows nothing but `unpool`, which is all that the
 * package exports, and returns a word for the table.
 */
const CHECKS = [
  async () => {
    const trainer = document.querySelector('cnn-trainer');
    trainer.scrollIntoView();
    await customElements.whenDefined('cnn-trainer');
    const learnt = new Promise((resolve, reject) => {
      trainer.addEventListener('cnn-step', resolve);
      trainer.addEventListener('cnn-error', ({ error }) => reject(error));
    });
    while (trainer.phase !== 'result') await Promise.race([new Promise((again) => setTimeout(again, 50)), learnt]);
    await trainer.start(1);
    await learnt;
    trainer.remove();
    return 'a step of training';
  },
  async (unpool) => {
    const data = Float32Array.from({ length: 24 }, (_, i) => (i * 7919) % 13);
    let done = 0;
    for await (const map of unpool.umap({ dtype: 'float32', shape: [8, 3], data })) done = map.done;
    if (done === 0) throw new Error('UMAP made no step');
    return `umap ${done} steps`;
  },
  async ({ loadModel }) => {
    const canvas = new OffscreenCanvas(4000, 3000);
    canvas.getContext('2d').fillRect(0, 0, 2000, 3000);
    const photo = await canvas.convertToBlob({ type: 'image/jpeg' });
    let where = '12 MP on the page';
    const NativeWorker = globalThis.Worker;
    globalThis.Worker = class extends NativeWorker {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', () => (where = '12 MP in a Worker'), { once: true });
      }
    };
    const model = await loadModel('squeezenet1.1-fp16', { later: true });
    const { crop } = await model.prepare(photo);
    if (crop.width !== 224) throw new Error(`the crop is ${crop.width} px wide`);
    return where;
  },
];

const run = (command, args, options) =>
  execFileSync(command, args, { encoding: 'utf8', shell: process.platform === 'win32', ...options });

/** Packs the build and installs it beside the tools. Returns the path of the tarball. */
function install() {
  const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  mkdirSync(join(PROJECT, 'public'), { recursive: true });
  cpSync(join(root, 'test/consumers'), PROJECT, { recursive: true, filter: (path) => !path.includes('node_modules') });
  cpSync(join(root, 'test/fixtures/faults/umap-splitting.mjs'), join(PROJECT, 'umap-splitting.mjs'));
  cpSync(join(root, 'site/photos/european-honey-bee.jpg'), join(PROJECT, 'public/photo.jpg'));
  const lock = join(root, 'test/consumers/package-lock.json');
  const quiet = ['--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error'];
  if (modified(join(PROJECT, 'installed')) < modified(lock)) {
    run('npm', ['ci', ...quiet], { cwd: PROJECT, stdio: 'inherit' });
    writeFileSync(join(PROJECT, 'installed'), '');
  }
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', PROJECT], { cwd: root }));
  rmSync(PACKAGE, { recursive: true, force: true });
  run('npm', ['install', '--no-save', '--no-package-lock', '--prefer-offline', ...quiet, filename], { cwd: PROJECT });
  return join(PROJECT, filename);
}

/** Finds files in folders by the beginning of the address; `otherwise` is what a single-page application answers with. */
function folders(map, otherwise = null) {
  return (pathname) => {
    const prefix = Object.keys(map).find((start) => pathname.startsWith(start));
    const file = prefix && join(map[prefix], pathname.slice(prefix.length), pathname.endsWith('/') ? 'index.html' : '');
    return file && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : otherwise;
  };
}

/** A folder of the project with a page and what else it holds. */
function pageFolder(name, scripts, files = {}) {
  const folder = join(PROJECT, 'built', name);
  mkdirSync(folder, { recursive: true });
  cpSync(join(PROJECT, 'public/photo.jpg'), join(folder, 'photo.jpg'));
  for (const [to, from] of Object.entries(files)) cpSync(join(PACKAGE, from), join(folder, to), { recursive: true });
  writeFileSync(join(folder, 'index.html'), pageWith(scripts));
  return folder;
}

const SCRIPT = 'dist/unpool.min.js';
const WORKER = 'dist/worker.js';
const CPU_WORKER = 'dist/cpu-worker.js';
const CPU_MORE = 'dist/cpu-more.js';
const CPU_HOST = 'dist/cpu-host.js';
const LEARNING = 'dist/learning.js';
const MECHANISM = 'dist/mechanism.js';
const UMAP = 'dist/umap.js';
const CHINESE = 'dist/zh.js';
const ANYONE = { 'Access-Control-Allow-Origin': '*' };

/**
 * What to open, by name. `publicCopy`: the network comes from there, after addresses that do not have it. `workerless`: the
 * Worker's file is not deployed, and the page does its work.
 */
function consumers(tools, serve) {
  const host = async (find, path = '/') => {
    const server = await serve(0, { find, headers: {} });
    return { url: server.url + path, close: server.close };
  };
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  /** A page whose script comes from another origin, at which `map` lies. */
  const fromElsewhere = async (name, map, path) => {
    const other = await serve(0, { find: folders(map), headers: ANYONE });
    const page = await host(folders({ '/': pageFolder(name, lone(other.url + path)) }));
    return { url: page.url, close: () => [page, other].forEach(({ close }) => close()) };
  };
  return {
    'vite build at /repo/': { open: tools.viteBuild },
    'vite 7 dev': { workerless: true, open: tools.vite7Dev },
    'vite 8 dev': { twice: true, open: tools.vite8Dev },
    webpack: {
      open: async () => {
        await tools.webpackBuild();
        return host(folders({ '/': pageFolder('webpack', '<script defer src="main.js"></script>') }));
      },
    },
    'esbuild --splitting': {
      publicCopy: true,
      workerless: true,
      open: async () => {
        await tools.esbuildSplitting();
        const folder = pageFolder('esbuild-splitting', '<script type="module" src="main.js"></script>');
        return host(folders({ '/': folder }, join(folder, 'index.html')));
      },
    },
    'esbuild without options': {
      publicCopy: true,
      workerless: true,
      open: async () => {
        await tools.esbuildPlain();
        return host(folders({ '/': pageFolder('esbuild-plain', '<script defer src="main.js"></script>') }));
      },
    },
    'next at /repo/': {
      open: async () => (tools.nextBuild(), host(folders({ '/repo/': join(PROJECT, 'out') }), '/repo/')),
    },
    'script of another origin': { open: () => fromElsewhere('other', { '/lib/': PACKAGE }, `/lib/${SCRIPT}`) },
    'short address of a CDN': {
      open: () => {
        const address = `/npm/unpool@${version}`;
        return fromElsewhere('short', { [`${address}/`]: PACKAGE, [address]: join(PACKAGE, SCRIPT) }, address);
      },
    },
    'script and models/ beside a page': {
      open: () => {
        const files = {
          'js/unpool.min.js': SCRIPT,
          'js/worker.js': WORKER,
          'js/cpu-worker.js': CPU_WORKER,
          'js/cpu-more.js': CPU_MORE,
          'js/cpu-host.js': CPU_HOST,
          'js/learning.js': LEARNING,
          'js/mechanism.js': MECHANISM,
          'js/umap.js': UMAP,
          'js/zh.js': CHINESE,
          models: 'models',
        };
        return host(folders({ '/': pageFolder('beside', lone('./js/unpool.min.js'), files) }));
      },
    },
    'script alone beside a page': {
      publicCopy: true,
      workerless: true,
      open: () => host(folders({ '/': pageFolder('alone', lone('./unpool.min.js'), { 'unpool.min.js': SCRIPT }) })),
    },
    'two script addresses': {
      open: () => {
        const scripts = lone('/a/dist/unpool.min.js') + lone('/b/dist/unpool.min.js');
        return host(folders({ '/a/': PACKAGE, '/b/': PACKAGE, '/': pageFolder('two', scripts) }));
      },
    },
  };
}

/**
 * Collects the addresses outside of this computer that are asked for, and answers those of the public host with the package;
 * nothing leaves this computer. Only they are held up: a request of a Worker that is may wait forever.
 */
async function playPublicHost(page, asked) {
  const session = await page.createCDPSession();
  const answer = (requestId, url) => {
    const file = url.startsWith(PUBLIC_HOST) && join(PACKAGE, new URL(url).pathname.split('/').slice(3).join('/'));
    if (!file) return session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    const headers = { ...ANYONE, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' };
    return session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 200,
      responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
      body: readFileSync(file, 'base64'),
    });
  };
  session.on('Fetch.requestPaused', ({ requestId, request: { url } }) => {
    asked.push(url);
    answer(requestId, url).catch((error) => console.log(`${url}: ${error.message}`));
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: 'https://*' }] });
}

/**
 * Opens a page, waits for its figure and runs the checks. Returns what the table says. What is opened `twice` is `judged` by the
 * second time where it runs: a development server makes a file when it is first asked for, and the library waits some seconds
 * for a Worker, not longer.
 */
async function visit(browser, url, { publicCopy = false, workerless = false, twice = false, judged = true }) {
  if (twice) await visit(browser, url, { publicCopy, judged: false });
  const { observe } = await import('./launch.mjs');
  const { coloursOf, done } = await import('./smoke/figures.mjs');
  const page = await browser.newPage();
  const errors = [];
  const asked = [];
  // The console has a line for each address that does not have the file.
  const missing = [
    ...(publicCopy
      ? [/Failed to load resource.* 404 .*\/(models\/|umap\.js|cpu-host\.js|learning\.js|mechanism\.js|zh\.js)/]
      : []),
    ...(workerless ? [/^net::ERR_FAILED: \S+\/(cpu-)?worker\.js/] : []),
  ];
  observe(page, (kind, text) => {
    if (!['error', 'fault'].includes(kind) || missing.some((line) => line.test(text))) return;
    errors.push(text);
  });
  await playPublicHost(page, asked);
  try {
    await page.goto(url);
    await page.waitForFunction(() => customElements.get('cnn-saliency') && globalThis.unpool, { timeout: VISIT_MS });
    await done(page, 'cnn-saliency');
    const colours = await coloursOf(page, 'cnn-saliency', 'map');
    assert(colours > 100, `the map has ${colours} colours`);
    const words = [`${colours} colours`];
    for (const check of CHECKS) {
      words.push(await page.evaluate(`(${check})(globalThis.unpool)`));
    }
    if (judged) assert.equal(words.at(-1), workerless ? '12 MP on the page' : '12 MP in a Worker');
    assert.equal(asked.length > 0, publicCopy, `the public host was asked for ${asked.join(' and ') || 'nothing'}`);
    assert.deepEqual(errors, []);
    return words.join(', ');
  } catch (error) {
    throw new Error([error.message, ...errors].join('\n'), { cause: error });
  } finally {
    await page.close();
  }
}

/** Nothing in a page may keep the others from their turn. */
function inTime(visiting) {
  const timer = new AbortController();
  const late = wait(VISIT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`nothing more happened in ${VISIT_MS} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([visiting, late]).finally(() => timer.abort());
}

/** Types of the package as each framework's compiler reads them, and the package as tools for packages do. */
const typesFor = (compiler, framework) => async () => {
  const script = join(PROJECT, 'node_modules', compiler);
  const folder = join(PROJECT, 'types');
  const config = join(folder, `tsconfig.${framework}.json`);
  const options = compiler.startsWith('svelte') ? ['--workspace', folder, '--tsconfig', config] : ['-p', config];
  run(process.execPath, [script, ...options], { cwd: PROJECT, stdio: 'pipe' });
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

function node(...args) {
  const lines = run(process.execPath, args, { cwd: PROJECT, stdio: 'pipe' }).trim().split('\n');
  return `last line "${lines.at(-1)}"`;
}

await main(async () => {
  await setUp();
  const names = process.argv.slice(2);
  const wanted = ([name]) => names.length === 0 || names.some((start) => name.startsWith(start));
  run(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  const tarball = install();
  const [{ serve }, { launchChrome }, { checkPackage }, tools] = await Promise.all([
    import('./serve.mjs'),
    import('./launch.mjs'),
    import('./package-check.mjs'),
    import(pathToFileURL(join(PROJECT, 'tools.mjs'))),
  ]);
  const browser = await launchChrome();
  const pages = Object.entries(consumers(tools, serve)).map(([name, { open, ...expected }]) => [
    name,
    async () => {
      const { url, close } = await open();
      try {
        return await inTime(visit(browser, url, expected));
      } finally {
        await close();
      }
    },
  ]);
  let failed = 0;
  const programs = { package: () => checkPackage(tarball), ...PROGRAMS };
  const all = [...pages, ...Object.entries(programs)].filter(wanted);
  try {
    for (const [name, attempt] of all) {
      const start = performance.now();
      const { ok, word } = await attempt(tools).then(
        (text) => ({ ok: true, word: text }),
        (error) => ({ ok: false, word: [error.message, error.stdout, error.stderr].filter(Boolean).join('\n') }),
      );
      if (!ok) failed++;
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(34)} ${seconds} s  ${word}`);
    }
  } finally {
    await browser.close();
  }
  process.exitCode = failed ? 1 : 0;
  console.log(`${all.length - failed} passed, ${failed} failed`);
});
