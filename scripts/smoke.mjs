// npm run smoke: opens the gallery at the moment when `npm start` prints its address, chooses the bee, waits until both
// figures are drawn from SqueezeNet, works the controls by keyboard, opens a file that is no picture, looks for barriers with
// axe in light and dark, on a desktop and on a phone. Any error fails. Screenshots of the whole page lie in
// build/screenshots. Then the pages of top patches, of live activations, of a map of 1,000 pictures, of a network's filters
// and diagram, of grown images and of inversions, dreams and styles. `npm run smoke -- gallery`, `-- top-patches`,
// `-- activations`, `-- map`, `-- network`, `-- synthesis`, `-- inversions` or `-- bench` opens one only.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';
import { visitActivations } from './smoke/activations.mjs';
import { says } from './smoke/figures.mjs';
import { visitInversions } from './smoke/inversions.mjs';
import { visitNetwork } from './smoke/network.mjs';
import { visitSynthesis } from './smoke/synthesis.mjs';
import { visitTopPatches } from './smoke/top-patches.mjs';

const VIEWS = [
  { name: 'desktop', width: 1280, height: 900, scheme: 'light' },
  { name: 'dark', width: 1280, height: 900, scheme: 'dark' },
  { name: 'phone', width: 390, height: 844, scheme: 'light', isMobile: true, hasTouch: true },
];
const FIGURES = ['cnn-saliency', 'cnn-occlusion'];
const DRAWN_MS = 180_000;
/** What web.dev calls good; 0 would be nothing that ever moves. */
const MAX_LAYOUT_SHIFT = 0.1;

/** Brings the figure into view and waits for its next result, or what it says went wrong. */
function drawn(page, selector) {
  return page.evaluate(
    (name, limit) =>
      new Promise((resolve, reject) => {
        const figure = document.querySelector(name);
        figure.scrollIntoView();
        const done = () => figure.phase === 'result' && resolve();
        done();
        figure.addEventListener('cnn-result', () => resolve());
        figure.addEventListener('cnn-error', ({ error }) => reject(new Error(`${name}: ${error.message}`)));
        setTimeout(() => reject(new Error(`${name} is not drawn after ${limit} ms`)), limit);
      }),
    selector,
    DRAWN_MS,
  );
}

/** Different colours of a canvas of the figure; a blank one has a single one. */
function coloursOf(page, selector, part) {
  return page.evaluate(
    (name, which) => {
      const canvas = document.querySelector(name).shadowRoot.querySelector(`canvas[part=${which}]`);
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    },
    selector,
    part,
  );
}

async function expectPainted(page, selector, part, atLeast) {
  const found = await coloursOf(page, selector, part);
  assert(found >= atLeast, `${selector}, ${part}: ${found} colours, at least ${atLeast} expected`);
  console.log(`${selector}, ${part}: ${found} colours`);
}

const textOf = (page, selector) =>
  page.evaluate((name) => document.querySelector(name).shadowRoot.textContent, selector);

async function findBarriers(page, name) {
  await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') });
  const violations = await page.evaluate(async () => (await globalThis.axe.run(document)).violations);
  const list = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  console.log(`axe, ${name}: ${list.length} violations`);
  return list.map((text) => `axe, ${name}: ${text}`);
}

/** Goes to guided backpropagation with the keyboard alone, and moves the patch. */
async function useKeyboard(page) {
  await page.evaluate(() => {
    document.querySelector('cnn-saliency').method = 'saliency';
  });
  await drawn(page, 'cnn-saliency');
  await page.evaluate(() => document.querySelector('cnn-saliency').shadowRoot.querySelector('select').focus());
  await page.keyboard.type('Guided');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('cnn-saliency').method === 'guided-backprop');
  await drawn(page, 'cnn-saliency');
  assert.match(await textOf(page, 'cnn-saliency'), /Springenberg/, 'the figure does not say that the method changed');
  console.log('keyboard: guided backpropagation is chosen and drawn');

  await page.evaluate(() => document.querySelector('cnn-occlusion').shadowRoot.querySelector('[tabindex]').focus());
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() =>
    document.querySelector('cnn-occlusion').shadowRoot.textContent.includes('With the patch'),
  );
  console.log('keyboard: the patch follows the arrow keys');
}

/** A file that is no picture gives a message, and the figures stay as they were. */
async function openBadFile(page) {
  const before = await textOf(page, 'cnn-saliency');
  const input = await page.$('input[type=file]');
  await input.uploadFile(join(root, 'package.json'));
  await page.waitForFunction(() => document.querySelector('#message').textContent !== '');
  assert.match(await page.$eval('#message', (element) => element.textContent), /package\.json.*not a picture/);
  assert.equal(await textOf(page, 'cnn-saliency'), before, 'a bad file changed the figure');
  console.log('a bad file gives a message');
  await page.click('[value="coffee.jpg"]');
  await drawn(page, 'cnn-saliency');
  assert.match(await textOf(page, 'cnn-saliency'), /espresso/, 'the coffee is no espresso');
  assert.equal(await page.$eval('#message', (element) => element.textContent), '');
  console.log('another photo is drawn');
}

/** Sum of the layout shifts that no input explains. */
const shiftOf = (page) => page.evaluate(() => globalThis.layoutShift);

function watchLayout() {
  globalThis.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.layoutShift += value;
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Errors of the page in one view. */
async function visit(browser, url, { name, scheme, ...viewport }) {
  const page = await browser.newPage();
  const errors = [];
  const { observe } = await import('./launch.mjs');
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') errors.push(`${name}: ${text}`);
  });
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.evaluateOnNewDocument(watchLayout);
  await page.goto(url, { waitUntil: 'networkidle0' });
  await page.click('[value="european-honey-bee.jpg"]');
  for (const figure of FIGURES) await drawn(page, figure);
  await expectPainted(page, 'cnn-saliency', 'map', 100);
  for (const figure of FIGURES) await expectPainted(page, figure, 'picture', 100);
  for (const part of ['probability', 'activation']) await expectPainted(page, 'cnn-occlusion', part, 5);
  for (const figure of FIGURES) {
    assert.match(await textOf(page, figure), /\bbee\b/, `${figure} does not call the bee a bee`);
  }
  const shift = await shiftOf(page);
  console.log(`layout shift, ${name}: ${shift.toFixed(3)}`);
  if (shift > MAX_LAYOUT_SHIFT) errors.push(`${name}: the layout shifts by ${shift}`);
  if (name === 'desktop') await useKeyboard(page);
  await page.evaluate(() => scrollTo(0, 0));
  errors.push(...(await findBarriers(page, name)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) errors.push(`${name}: the page is ${wide} px wider than the screen`);
  await page.screenshot({ path: join(root, `build/screenshots/${name}.png`), fullPage: true });
  console.log(`build/screenshots/${name}.png`);
  if (name === 'desktop') await openBadFile(page);
  await page.close();
  return errors;
}

/** Errors of the page of the map, which forms once and is looked at in each view. */
async function visitMap(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  const page = await browser.newPage();
  const errors = [];
  const { observe } = await import('./launch.mjs');
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') errors.push(`map: ${text}`);
  });
  await page.setViewport(VIEWS[0]);
  await page.evaluateOnNewDocument(watchLayout);
  await page.goto(url, { waitUntil: 'networkidle0' });
  await drawn(page, 'cnn-embedding');
  await expectPainted(page, 'cnn-embedding', 'map', 100);
  const text = await textOf(page, 'cnn-embedding');
  assert.match(text, /1,000/, 'the map is not of 1,000 pictures');
  const divergence = Number(/divergence ([\d.]+) nats/.exec(text)?.[1]);
  assert(divergence > 0 && divergence < 1.5, `the map has a divergence of ${divergence}`);
  console.log(`a map of 1,000 pictures: divergence ${divergence} nats`);

  await page.evaluate(() => document.querySelector('cnn-embedding').shadowRoot.querySelector('.map').focus());
  for (const key of ['ArrowRight', '+', '+']) await page.keyboard.press(key);
  await page.waitForFunction(
    () => document.querySelector('cnn-embedding').shadowRoot.querySelector('[part=detail] ol')?.childElementCount === 6,
  );
  console.log('keyboard: a picture and its six neighbours');
  const shift = await shiftOf(page);
  if (shift > MAX_LAYOUT_SHIFT) errors.push(`map: the layout shifts by ${shift}`);

  await page.evaluate(() => {
    document.querySelector('cnn-embedding').algorithm = 'umap';
  });
  await says(page, 'cnn-embedding', /McInnes/);
  await drawn(page, 'cnn-embedding');
  console.log('the same by UMAP');

  // Not as a touch device: that would load the page anew.
  for (const { name, scheme, width, height } of VIEWS) {
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.evaluate(
      (layout) => {
        document.querySelector('cnn-embedding').layout = layout;
        scrollTo(0, 0);
      },
      name === 'dark' ? 'grid' : 'map',
    );
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    errors.push(...(await findBarriers(page, `map, ${name}`)));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) errors.push(`map, ${name}: the page is ${wide} px wider than the screen`);
    await page.screenshot({ path: join(root, `build/screenshots/map-${name}.png`), fullPage: true });
    console.log(`build/screenshots/map-${name}.png`);
  }
  await page.close();
  return errors;
}

/** The benchmark's page in one view: the table is filled. Errors as from {@link visit}. */
async function visitBench(browser, url, { name, scheme, ...viewport }) {
  const page = await browser.newPage();
  const view = `bench-${name}`;
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url, { waitUntil: 'networkidle0' });
  await drawn(page, 'cnn-bench');
  assert.match(await textOf(page, 'cnn-bench'), /GFLOP\/s/, 'the benchmark has no rates');
  const errors = await findBarriers(page, view);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) errors.push(`${view}: the page is ${wide} px wider than the screen`);
  await page.screenshot({ path: join(root, `build/screenshots/${view}.png`), fullPage: true });
  await page.close();
  return errors;
}

const PAGES = {
  gallery: (browser, url, view) => visit(browser, `${url}/site/?stride=32`, view),
  'top-patches': (browser, url, view) => visitTopPatches(browser, url, view, { findBarriers, shiftOf, watchLayout }),
  activations: (browser, url, view) => visitActivations(browser, url, view, { findBarriers, shiftOf, watchLayout }),
  map: (browser, url, view) => visitMap(browser, `${url}/site/embedding.html?iterations=500`, view),
  network: (browser, url, view) => visitNetwork(browser, url, view, { findBarriers, shiftOf, watchLayout }),
  synthesis: (browser, url, view) => visitSynthesis(browser, url, view, { findBarriers, shiftOf, watchLayout }),
  inversions: (browser, url, view) => visitInversions(browser, url, view, { findBarriers, shiftOf, watchLayout }),
  bench: (browser, url, view) => visitBench(browser, `${url}/site/bench.html`, view),
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
  const [only] = process.argv.slice(2);
  const pages = Object.entries(PAGES).filter(([name]) => only === undefined || name === only);
  if (pages.length === 0) throw new Error(`there is no page "${only}"; there are ${Object.keys(PAGES).join(', ')}`);
  mkdirSync(join(root, 'build/screenshots'), { recursive: true });
  const browser = await launchChrome(FAKE_WEBCAM);
  let server;
  const errors = [];
  try {
    server = await startSite();
    for (const [, open] of pages) for (const view of VIEWS) errors.push(...(await open(browser, server.url, view)));
  } finally {
    await browser.close();
    server?.close();
  }
  if (errors.length) throw new Error(errors.join('\n'));
  console.log('no errors');
});
