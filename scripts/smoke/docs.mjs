// The part of npm run smoke that opens every page of the documentation that is made from sources, in both languages: nothing
// is logged as an error, every link leads somewhere, nothing is wider than the screen or bars anybody. In one of them a
// reader sets attributes by keyboard, copies the HTML and starts anew; another looks for "own network". Screenshots are in
// build/smoke/docs.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../setup.mjs';
import { docPaths } from '../site/write.mjs';
import { useChineseFont } from './fonts.mjs';
import { addressesOf, deadLinks, faultsOf } from './links.mjs';
import { openPage, VIEWS } from './visit.mjs';

const OUT = 'build/smoke/docs';
const WRITTEN_MS = 120_000;
/** What is looked at in the dark and on a phone too; all others are made alike. */
const LOOKED_AT = /cnn-saliency|elements|api|own-network/;

/** Tab goes on until a control has the focus: whoever has no mouse gets there. */
async function tabTo(page, selector) {
  for (let i = 0; i < 120; i++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

const htmlOf = (page) => page.$eval('code.html', ({ textContent }) => textContent);
const attributeOf = (page, name) =>
  page.$eval('.live cnn-saliency', (figure, wanted) => figure.getAttribute(wanted), name);

async function playByKeyboard(page) {
  const before = await htmlOf(page);
  await tabTo(page, '#set-method');
  await page.keyboard.press('ArrowDown');
  assert.equal(await attributeOf(page, 'method'), 'deconvnet');
  await tabTo(page, '#set-layer');
  await page.keyboard.type('fire5');
  await page.keyboard.press('Enter');
  assert.equal(await attributeOf(page, 'layer'), 'fire5');
  await tabTo(page, '#set-no-controls');
  await page.keyboard.press('Space');
  const html = await htmlOf(page);
  assert.match(html, /method="deconvnet".* layer="fire5".* no-controls>/);
  await page.waitForFunction(() => document.querySelector('cnn-saliency').phase === 'result');
  await page.$eval('.live', (element) => element.scrollIntoView());
  await page.screenshot({ path: join(root, OUT, 'playground.png') });
  await tabTo(page, '.copy');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.copying [role=status]').textContent === 'Copied.');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), html);
  await page.keyboard.down('Shift');
  await tabTo(page, '.playground [type=reset]');
  await page.keyboard.up('Shift');
  await page.keyboard.press('Enter');
  await page.waitForFunction((first) => document.querySelector('code.html').textContent === first, {}, before);
  assert.deepEqual(
    [await attributeOf(page, 'method'), await attributeOf(page, 'layer'), await attributeOf(page, 'no-controls')],
    ['guided-backprop', null, null],
  );
  console.log(`playground by keyboard: ${html}`);
}

async function searchFor(browser, url, path, query, expected) {
  const { page, errors } = await openPage(browser, `${url}/site/${path}`, VIEWS[0], '', {
    waitUntil: 'load',
    traced: false,
  });
  await page.keyboard.press('/');
  await page.keyboard.type(query);
  await page.waitForSelector('.results mark');
  await page.keyboard.press('ArrowDown');
  const address = await page.evaluate(() => document.activeElement.href);
  console.log(`"${query}" in ${path}: ${address.replace(/.*\/site\//, '')}`);
  assert.match(address, expected);
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
  assert.match(page.url(), expected);
  await page.close();
  return errors;
}

async function visit(browser, url, path, look, site) {
  const label = `${path.replaceAll('/', '-').replace('.html', '')}-${look.name}`;
  const opened = await openPage(browser, `${url}/site/${path}`, look, '', { waitUntil: 'load', traced: false });
  const { page } = opened;
  if (look === VIEWS[0]) {
    const { ids, addresses } = await addressesOf(page);
    site.ids.set(path, ids);
    for (const address of addresses) site.addresses.set(address, path);
  }
  const { faults } = await faultsOf(page, label);
  if (path.startsWith('zh/')) await useChineseFont(page);
  const figure = await page.$('.live > :not([start])');
  // Those that wait for a reader never get as far.
  if (figure && LOOKED_AT.test(path)) await page.waitForFunction(({ phase }) => phase === 'result', {}, figure);
  await page.screenshot({ path: join(root, OUT, `${label}.png`), fullPage: true });
  if (path === 'docs/cnn-saliency.html' && look === VIEWS[0]) await playByKeyboard(page);
  await page.close();
  return [...opened.errors.map((error) => `${label}: ${error}`), ...faults];
}

/** What is made of sources is there some seconds after the address was printed. */
async function untilWritten(url, path) {
  const began = Date.now();
  while ((await fetch(`${url}/site/${path}`, { method: 'HEAD' })).status !== 200) {
    if (Date.now() - began > WRITTEN_MS) throw new Error(`${path} is not written`);
    await wait(200);
  }
}

/** Errors of all pages. They are opened once, in all looks. */
export async function visitDocs(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  mkdirSync(join(root, OUT), { recursive: true });
  await browser.defaultBrowserContext().overridePermissions(url, ['clipboard-read', 'clipboard-sanitized-write']);
  const site = { ids: new Map(), addresses: new Map() };
  const errors = [];
  const paths = await docPaths();
  await untilWritten(url, paths.at(-1));
  for (const path of paths)
    for (const look of LOOKED_AT.test(path) ? VIEWS : VIEWS.slice(0, 1))
      errors.push(...(await visit(browser, url, path, look, site)));
  errors.push(...(await deadLinks(url, site)));
  errors.push(...(await searchFor(browser, url, 'docs.html', 'own network', /own-network/)));
  errors.push(...(await searchFor(browser, url, 'zh/docs.html', '显著图', /zh\/docs\/cnn-/)));
  console.log(`${paths.length} pages; ${OUT}/`);
  return [...new Set(errors)];
}
