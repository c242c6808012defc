// npm run smoke: opens the gallery as a reader would, waits until both figures are drawn from SqueezeNet on the bee, works
// the controls by keyboard, looks for barriers with axe in light and dark, on a desktop and on a phone. Any error fails.
// Screenshots of the whole page lie in build/screenshots.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

const VIEWS = [
  { name: 'desktop', width: 1280, height: 900, scheme: 'light' },
  { name: 'dark', width: 1280, height: 900, scheme: 'dark' },
  { name: 'phone', width: 390, height: 844, scheme: 'light', isMobile: true, hasTouch: true },
];
const DRAWN_MS = 180_000;

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
function colours(page, selector, part) {
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
  const found = await colours(page, selector, part);
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

/** Chooses guided backpropagation, then the plain gradient, with the keyboard alone. */
async function useKeyboard(page) {
  await page.evaluate(() => document.querySelector('cnn-saliency').shadowRoot.querySelector('select').focus());
  const before = await page.evaluate(() => document.querySelector('cnn-saliency').method);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForFunction((method) => document.querySelector('cnn-saliency').method !== method, {}, before);
  await page.waitForFunction(() => document.querySelector('cnn-saliency').phase === 'result', { timeout: DRAWN_MS });
  const after = await page.evaluate(() => document.querySelector('cnn-saliency').method);
  console.log(`keyboard: ${before} → ${after}`);

  await page.evaluate(() => document.querySelector('cnn-occlusion').shadowRoot.querySelector('.map').focus());
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() =>
    document.querySelector('cnn-occlusion').shadowRoot.textContent.includes('With the patch'),
  );
  console.log('keyboard: the patch follows the arrow keys');
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
  await page.goto(url, { waitUntil: 'networkidle0' });
  for (const figure of ['cnn-saliency', 'cnn-occlusion']) await drawn(page, figure);
  await expectPainted(page, 'cnn-saliency', 'map', 100);
  for (const part of ['probability', 'activation']) await expectPainted(page, 'cnn-occlusion', part, 5);
  for (const figure of ['cnn-saliency', 'cnn-occlusion']) {
    assert.match(await textOf(page, figure), /\bbee\b/, `${figure} does not call the bee a bee`);
  }
  if (name === 'desktop') await useKeyboard(page);
  await page.evaluate(() => scrollTo(0, 0));
  errors.push(...(await findBarriers(page, name)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) errors.push(`${name}: the page is ${wide} px wider than the screen`);
  await page.screenshot({ path: join(root, `build/screenshots/${name}.png`), fullPage: true });
  console.log(`build/screenshots/${name}.png`);
  await page.close();
  return errors;
}

await main(async () => {
  await setUp();
  const [{ build }, { site }, { serve }, { launchChrome }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
    import('./launch.mjs'),
  ]);
  await build(site());
  mkdirSync(join(root, 'build/screenshots'), { recursive: true });
  const server = await serve();
  const browser = await launchChrome();
  const errors = [];
  try {
    for (const view of VIEWS) errors.push(...(await visit(browser, `${server.url}/site/?stride=32`, view)));
  } finally {
    await browser.close();
    server.close();
  }
  if (errors.length) throw new Error(errors.join('\n'));
  console.log('no errors');
});
