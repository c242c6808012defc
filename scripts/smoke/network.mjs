// The part of npm run smoke that opens the page of the network: its diagram is drawn, and the filters of conv1; on a desktop
// the keyboard goes to another layer, whose filters follow, and the layers are timed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { observe } from '../launch.mjs';
import { root } from '../setup.mjs';

const DRAWN_MS = 180_000;
/** What web.dev calls good. */
const MAX_LAYOUT_SHIFT = 0.1;

/** Waits until the text of a figure matches. */
async function expectText(page, figure, pattern) {
  const textOf = (name) => document.querySelector(name).shadowRoot.textContent.replace(/\s+/g, ' ');
  try {
    await page.waitForFunction(
      (name, source) =>
        new RegExp(source).test(document.querySelector(name)?.shadowRoot?.textContent.replace(/\s+/g, ' ') ?? ''),
      { timeout: DRAWN_MS },
      figure,
      pattern.source,
    );
  } catch {
    throw new Error(`${figure} does not say ${pattern}: ${await page.evaluate(textOf, figure)}`);
  }
}

/** Colours of the pixels of the filters, and how many of these are grey. */
const coloursOf = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('cnn-filters').shadowRoot.querySelector('canvas[part=picture]');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) colours.add(`${data.slice(i, i + 3)}`);
    return { all: colours.size, grey: [...colours].filter((text) => new Set(text.split(',')).size === 1).length };
  });

async function useKeyboard(page) {
  await page.evaluate(() => document.querySelector('cnn-graph').shadowRoot.querySelector('[role=listbox]').focus());
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await page.waitForFunction(() => document.querySelector('cnn-filters').layer === 'fire2/expand3x3');
  await expectText(page, 'cnn-filters', /Filters of \/fire2\/expand3x3\/Conv, 64×16×3×3/);
  const { all, grey } = await coloursOf(page);
  assert(all > 50 && grey === all, `${all} colours, ${grey} of them grey`);
  console.log('keyboard: the filters follow the diagram to fire2/expand3x3');

  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('cnn-filters');
    shadowRoot.querySelector('summary').click();
    shadowRoot.querySelector('.probe').focus();
  });
  await page.keyboard.press('ArrowRight');
  await expectText(page, 'cnn-filters', /Filter 1, channel 0 .*[−\d.]+/);
  console.log('keyboard: another filter, and its numbers');
}

async function timeLayers(page) {
  await page.evaluate(() => document.querySelector('cnn-graph').shadowRoot.querySelector('.controls button').click());
  await expectText(page, 'cnn-graph', /ms for all kernels/);
  const bars = await page.evaluate(
    () => document.querySelector('cnn-graph').shadowRoot.querySelectorAll('.box .time').length,
  );
  assert(bars > 25, `${bars} layers have a time`);
  console.log(`${bars} layers are timed`);
}

/** Errors of the page in one view. */
export async function visitNetwork(browser, url, { name, scheme, ...viewport }, tools) {
  const page = await browser.newPage();
  const errors = [];
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') errors.push(`${name}: ${text}`);
  });
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.evaluateOnNewDocument(tools.watchLayout);
  await page.goto(`${url}/site/network.html`, { waitUntil: 'networkidle0' });
  await expectText(page, 'cnn-graph', /1\.24 M parameters/);
  await page.evaluate(() => document.querySelector('cnn-filters').scrollIntoView());
  await expectText(page, 'cnn-filters', /Filters of conv1, 64×3×3×3/);
  const { all, grey } = await coloursOf(page);
  assert(all > 300 && grey < all / 4, `conv1 has ${all} colours, ${grey} of them grey`);
  console.log(`filters of conv1, ${name}: ${all} colours`);
  const shift = await tools.shiftOf(page);
  console.log(`layout shift, ${name}: ${shift.toFixed(3)}`);
  if (shift > MAX_LAYOUT_SHIFT) errors.push(`${name}: the layout shifts by ${shift}`);
  await page.evaluate(() => scrollTo(0, 0));
  errors.push(...(await tools.findBarriers(page, `network, ${name}`)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) errors.push(`${name}: the page is ${wide} px wider than the screen`);
  await page.screenshot({ path: join(root, `build/screenshots/network-${name}.png`), fullPage: true });
  if (name === 'desktop') {
    await useKeyboard(page);
    await timeLayers(page);
    errors.push(...(await tools.findBarriers(page, 'network, another layer')));
    await page.screenshot({ path: join(root, 'build/screenshots/network-chosen.png'), fullPage: true });
  }
  console.log(`build/screenshots/network-${name}.png`);
  await page.close();
  return errors;
}
