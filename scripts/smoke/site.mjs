// The part of npm run smoke that opens every page of the site in both languages, on a desktop, a phone, in the dark and at
// 200 %: nothing is logged as an error, every link leads somewhere, nothing is wider than the screen, shifts or bars anybody.
// The first figure of the landing page is drawn soon, and no other of that page is asked for. The documentation is searched
// by keyboard. Screenshots are in build/smoke/site, with a Chinese font that the packed Chromium lacks.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { documents, pagePaths } from '../site/pages.mjs';
import { expectPainted } from './figures.mjs';
import { useChineseFont } from './fonts.mjs';
import { addressesOf, deadLinks, faultsOf } from './links.mjs';
import { openPage, VIEWS } from './visit.mjs';

const OUT = 'build/smoke/site';
const LOOKS = [...VIEWS, { name: 'large', width: 640, height: 450, deviceScaleFactor: 2, scheme: 'light' }].map(
  (view) => (view.name === 'desktop' ? { ...view, height: 800 } : view),
);
const FIRST_FIGURE_MS = 3000;

/** Every page, the documentation's too. */
const pagesOfSite = () => [...pagePaths(), ...documents().values()].sort();

async function checkFirstFigure(page, began) {
  await page.waitForFunction(() => ['result', 'error'].includes(document.querySelector('cnn-saliency').phase), {
    polling: 20,
  });
  const ms = Date.now() - began;
  await expectPainted(page, 'cnn-saliency', 'map', 100);
  assert(ms <= FIRST_FIGURE_MS, `the first figure was drawn after ${ms} ms`);
  const { top, bottom, other } = await page.evaluate(() => {
    const map = document.querySelector('cnn-saliency').shadowRoot.querySelector('canvas[part=map]');
    const { top, bottom } = map.getBoundingClientRect();
    return { top, bottom, other: document.querySelector('cnn-occlusion').phase };
  });
  console.log(`first figure: ${ms} ms, its map from ${top.toFixed(0)} to ${bottom.toFixed(0)} px; occlusion: ${other}`);
  return { bottom, other };
}

async function searchByKeyboard(page) {
  await page.keyboard.press('/');
  await page.keyboard.type('relaxed simd');
  await page.waitForSelector('.results mark');
  await page.keyboard.press('ArrowDown');
  assert(await page.evaluate(() => document.activeElement.matches('.results a')), 'the arrow key leads nowhere');
  await page.screenshot({ path: join(root, OUT, 'search.png') });
  await page.keyboard.press('Escape');
  const left = await page.evaluate(() => [
    document.activeElement.value,
    document.querySelectorAll('.results a').length,
  ]);
  assert.deepEqual(left, ['', 0], 'Escape does not clear the search');
  await page.keyboard.type('receptive field');
  await page.waitForSelector('.results mark');
  const [navigation] = [page.waitForNavigation(), await page.keyboard.press('Enter')];
  await navigation;
  assert.match(page.url(), /\/docs\//, 'Enter opens no result');
  console.log(`search by keyboard: ${page.url().replace(/.*\/site\//, '')}`);
}

/** Without scripts the words and what figures hold for this case are read, and nothing is offered that would need one. */
async function readWithoutScripts(browser, url) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.setJavaScriptEnabled(false);
  await page.goto(`${url}/site/`, { waitUntil: 'load' });
  await page.screenshot({ path: join(root, OUT, 'without-scripts.png') });
  const [figure, offered] = await Promise.all([page.$('cnn-saliency'), page.$('.scheme')]);
  const { height } = await figure.boundingBox();
  assert(height > 10 && height < 200, `without scripts the figure is ${height} px high`);
  assert.equal(await offered.boundingBox(), null, 'without scripts the appearance is offered');
  await page.close();
  console.log(`without scripts: the figure's own words, ${height} px high`);
}

/** Opens one page in one look; notes its addresses. */
async function visit(browser, url, path, look, site) {
  const label = `${path.replaceAll('/', '-').replace('.html', '')}-${look.name}`;
  const began = Date.now();
  const opened = await openPage(browser, `${url}/site/${path}`, look, '', {
    waitUntil: 'load',
    traced: false,
  });
  const { page } = opened;
  const errors = opened.errors.map((error) => `${label}: ${error}`);
  if (/^(zh\/)?index\.html$/.test(path)) {
    const { bottom, other } = await checkFirstFigure(page, began);
    if (look.name === 'desktop') assert(bottom <= look.height, `the map ends at ${bottom} px, below the first screen`);
    if (look.name === 'desktop') assert.notEqual(other, 'result', 'the occlusion is computed before it is in view');
  }
  if (look === LOOKS[0]) {
    const { ids, addresses } = await addressesOf(page);
    site.ids.set(path, ids);
    for (const address of addresses) site.addresses.set(address, path);
  }
  const { faults, shift } = await faultsOf(page, label);
  if (path.startsWith('zh/')) await useChineseFont(page);
  await page.screenshot({ path: join(root, OUT, `${label}.png`) });
  if (path === 'docs.html' && look === LOOKS[0]) await searchByKeyboard(page);
  await page.close();
  site.shift = Math.max(site.shift, shift);
  return [...errors, ...opened.errors.map((error) => `${label}: ${error}`), ...faults];
}

/** Errors of all pages. They are opened once, in all looks. */
export async function visitSite(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  mkdirSync(join(root, OUT), { recursive: true });
  const site = { ids: new Map(), addresses: new Map(), shift: 0 };
  const errors = [];
  const pages = pagesOfSite();
  for (const path of pages) {
    // The pages of the documentation are all made alike.
    const looks = path.startsWith('docs/') && path !== 'docs/readme.html' ? LOOKS.slice(0, 1) : LOOKS;
    for (const look of looks) errors.push(...(await visit(browser, url, path, look, site)));
  }
  errors.push(...(await deadLinks(url, site)));
  await readWithoutScripts(browser, url);
  console.log(`${pages.length} pages; largest layout shift ${site.shift.toFixed(3)}; ${OUT}/`);
  return [...new Set(errors)];
}
