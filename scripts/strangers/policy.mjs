// Every element on a page that allows nothing but its own files. It must look as it does
// without the policy, save what it draws, and break the policy nowhere; nor may the pages of the site.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { site } from '../../esbuild.config.mjs';
import { launchChrome, observe } from '../launch.mjs';
import { HEADERS, serve } from '../serve.mjs';
import { root } from '../setup.mjs';
import { pagePaths } from '../site/pages.mjs';
import { bundleElements, drawn, tags, writePage } from './figures.mjs';

const POLICY = { 'Content-Security-Policy': "default-src 'self'" };
/** Borders are rounded otherwise where the page is scrolled to another place, of 255. */
const ROUNDING = 2;
const SCREENSHOTS = join(root, 'build/screenshots/policy');

/** Runs in the page before its own scripts. */
function watchPolicy() {
  globalThis.violations = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
    globalThis.violations.push([effectiveDirective, blockedURI, sample].filter(Boolean).join(' ')),
  );
}

/** Makes what was measured the same in every run, so that pictures can be compared. */
async function hideTimes(tag) {
  const { shadowRoot } = document.querySelector(tag);
  // Some count once more when they are drawn.
  for (let before; before !== shadowRoot.textContent;) {
    before = shadowRoot.textContent;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const texts = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data.replace(/[\d.]+ (ms|s|times)\b|[\d.]+ % of that/g, '0 s');
  }
  // All of it is measured.
  for (const part of tag === 'cnn-bench' ? shadowRoot.querySelectorAll('.results > *') : []) part.style.opacity = 0;
}

/** Presses what saves something to a file. */
function saveAll(tag) {
  const buttons = [...document.querySelector(tag).shadowRoot.querySelectorAll('.files button')];
  for (const button of buttons.filter(({ textContent }) => textContent.trim().startsWith('Save'))) button.click();
}

async function open(browser, url) {
  const page = await browser.newPage();
  const faults = [];
  observe(page, (kind, text) => kind === 'fault' && faults.push(text));
  await page.setViewport({ width: 1000, height: 900 });
  await page.evaluateOnNewDocument(watchPolicy);
  await page.goto(url, { waitUntil: 'load' });
  return { page, faults, violations: () => page.evaluate(() => [...new Set(globalThis.violations)]) };
}

/** Pictures of all elements of a page, by name; an error's words for those that were not drawn. */
async function photograph(page) {
  const pictures = new Map();
  for (const tag of tags()) {
    try {
      await drawn(page, tag);
      await page.evaluate(hideTimes, tag);
      await page.mouse.move(0, 0);
      pictures.set(tag, await page.$(tag).then((figure) => figure.screenshot()));
    } catch (error) {
      pictures.set(tag, error.message);
    }
  }
  return pictures;
}

/** Runs in a page: the largest difference of two pictures, of 255; Infinity where their sizes differ. */
async function differenceOf(sources) {
  const [a, b] = await Promise.all(
    sources.map(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height);
    }),
  );
  if (a.width !== b.width || a.height !== b.height) return Infinity;
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0);
}

async function compared(page, tag, bare, strict) {
  for (const picture of [bare, strict]) if (typeof picture === 'string') return [picture];
  writeFileSync(join(SCREENSHOTS, `${tag}.png`), strict);
  writeFileSync(join(SCREENSHOTS, `${tag}-without.png`), bare);
  const sources = [bare, strict].map((picture) => Buffer.from(picture).toString('base64'));
  const most = await page.evaluate(differenceOf, sources);
  return most <= ROUNDING ? [] : [`differs by ${most} of 255 from build/screenshots/policy/${tag}-without.png`];
}

/** Rows for each element and each page of the site: `{ name, right, detail }`. `url` is where all is served without a policy. */
export async function check(url) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await bundleElements();
  await build(site());
  const [browser, strictServer] = await Promise.all([launchChrome(), serve(0, { headers: { ...HEADERS, ...POLICY } })]);
  const row = (name, wrong) => ({
    name: `${name} under a strict policy`,
    right: wrong.length === 0,
    detail: wrong.join('; '),
  });
  const rows = [];
  try {
    const path = writePage('policy');
    const bare = await open(browser, url + path);
    const expected = await photograph(bare.page);
    await bare.page.close();
    const strict = await open(browser, strictServer.url + path);
    const got = await photograph(strict.page);
    for (const tag of tags()) {
      await strict.page.evaluate(saveAll, tag);
      rows.push(row(tag, await compared(strict.page, tag, expected.get(tag), got.get(tag))));
    }
    rows.push(row('all elements', [...(await strict.violations()), ...strict.faults]));
    await strict.page.close();
    for (const name of pagePaths()) {
      const { page, faults, violations } = await open(browser, `${strictServer.url}/site/${name}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      rows.push(row(`site/${name}`, [...(await violations()), ...faults]));
      await page.close();
    }
  } finally {
    await browser.close();
    strictServer.close();
  }
  return rows;
}
