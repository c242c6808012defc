// npm run smoke: opens the gallery at the moment when `npm start` prints its address, chooses the bee, waits until both
// figures are drawn from SqueezeNet, works the controls by keyboard, opens a file that is no picture, looks for barriers with
// axe in light and dark, on a desktop and on a phone. Any error fails. Screenshots of the whole page lie in
// build/screenshots. Then the pages of top patches, of live activations, of a map of 1,000 pictures, of a network's filters
// and diagram, of the arithmetic, of grown images, of inversions, dreams and styles and of features while they are learnt, figures
// of networks of Keras, the article, the studio, every page of the site in both languages, and its documentation. `npm run smoke -- gallery`,
// `-- top-patches`, `-- activations`, `-- map`, `-- network`, `-- mechanism`, `-- synthesis`, `-- inversions`, `-- learning`,
// `-- keras`, `-- article`, `-- studio`, `-- site`, `-- docs` or `-- bench` opens one only. All in a browser without WebGPU, but for the bench,
// which times shaders; with `--webgpu` on the software adapter.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

/** Each opens its page in one view, and returns the errors it found. */
const PAGES = {
  gallery: async () => (await import('./smoke/gallery.mjs')).visitGallery,
  'top-patches': async () => (await import('./smoke/top-patches.mjs')).visitTopPatches,
  activations: async () => (await import('./smoke/activations.mjs')).visitActivations,
  map: async () => (await import('./smoke/map.mjs')).visitMap,
  network: async () => (await import('./smoke/network.mjs')).visitNetwork,
  mechanism: async () => (await import('./smoke/mechanism.mjs')).visitMechanism,
  synthesis: async () => (await import('./smoke/synthesis.mjs')).visitSynthesis,
  inversions: async () => (await import('./smoke/inversions.mjs')).visitInversions,
  learning: async () => (await import('./smoke/learning.mjs')).visitLearning,
  keras: async () => (await import('./smoke/keras.mjs')).visitKeras,
  stored: async () => (await import('./smoke/stored.mjs')).visitStored,
  article: async () => (await import('./smoke/article.mjs')).visitArticle,
  studio: async () => (await import('./smoke/studio.mjs')).visitStudio,
  site: async () => (await import('./smoke/site.mjs')).visitSite,
  docs: async () => (await import('./smoke/docs.mjs')).visitDocs,
  bench: async () => (await import('./smoke/bench.mjs')).visitBench,
};

/** `npm start` from nothing, as a developer runs it. Resolves at the moment when it prints its address. */
function startSite() {
  rmSync(join(root, 'build/site'), { recursive: true, force: true });
  const windows = process.platform === 'win32';
  const env = { ...process.env, PORT: '0' };
  // A group of its own: npm does not hand signals on to what it runs.
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env,
    shell: windows,
    detached: !windows,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = () => (windows ? npm.kill() : process.kill(-npm.pid));
  return new Promise((resolve, reject) => {
    let printed = '';
    npm.stdout.on('data', (text) => {
      printed += text;
      const url = /Unpool: (\S+)\/\n/.exec(printed)?.[1];
      if (url) resolve({ url, close });
    });
    npm.on('exit', () => reject(new Error(`npm start has ended: ${printed}`)));
  });
}

await main(async () => {
  await setUp();
  const { FAKE_WEBCAM, launchChrome } = await import('./launch.mjs');
  const { computing, VIEWS } = await import('./smoke/visit.mjs');
  const { values, positionals } = parseArgs({
    options: { webgpu: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [only] = positionals;
  const pages = Object.entries(PAGES).filter(([name]) => only === undefined || name === only);
  if (pages.length === 0) throw new Error(`there is no page "${only}"; there are ${Object.keys(PAGES).join(', ')}`);
  mkdirSync(join(root, 'build/screenshots'), { recursive: true });
  const browser = await launchChrome(FAKE_WEBCAM);
  let server;
  const errors = [];
  try {
    server = await startSite();
    for (const [name, load] of pages) {
      const visit = await load();
      computing.on = values.webgpu || name === 'bench' ? 'webgpu' : 'cpu';
      for (const view of VIEWS) errors.push(...(await visit(browser, server.url, view)));
    }
  } finally {
    await browser.close();
    server?.close();
  }
  if (errors.length) throw new Error(errors.join('\n'));
  console.log('no errors');
});
