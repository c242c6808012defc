// node scripts/strangers/policy.mjs: every element on a page that allows nothing but its own files. It must look as it does
// without the policy, save what it draws, and break the policy nowhere; nor may the pages of the site.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HEADERS, serve } from '../serve.mjs';
import { main, root, setUp } from '../setup.mjs';
import { bundleElements, drawn, tags, writePage } from './figures.mjs';

const POLICY = { 'Content-Security-Policy': "default-src 'self'" };
const SCREENSHOTS = join(root, 'build/screenshots/policy');

/** Runs in the page before its own scripts. */
function watchPolicy() {
  globalThis.violations = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
    globalThis.violations.push([effectiveDirective, blockedURI, sample].filter(Boolean).join(' ')),
  );
}

/** Makes what was measured the same in every run, so that pictures can be compared. */
function hideTimes(tag) {
  const { shadowRoot } = document.querySelector(tag);
  const all = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
  while (all.nextNode()) {
    const text = all.currentNode;
    if (text.parentElement.closest('td, dd')) text.data = '0';
    else text.data = text.data.replace(/[\d.]+ (?=(ms|s|times|%|GFLOP\/s|GB\/s)\b)|[\d.]+ %(?= of that)/g, '0 ');
  }
  if (tag === 'cnn-bench')
    for (const node of shadowRoot.querySelectorAll('.plot, .plot ~ .readout, tr')) node.style.opacity = 0;
}

/** Presses what saves something to a file. */
function saveAll(tag) {
  const buttons = [...document.querySelector(tag).shadowRoot.querySelectorAll('.files button')];
  for (const button of buttons.filter(({ textContent }) => textContent.trim().startsWith('Save'))) button.click();
}

async function open(browser, url) {
  const page = await browser.newPage();
  const faults = [];
  const { observe } = await import('../launch.mjs');
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

function compared(tag, bare, strict) {
  for (const picture of [bare, strict]) if (typeof picture === 'string') return [picture];
  writeFileSync(join(SCREENSHOTS, `${tag}.png`), strict);
  if (Buffer.from(bare).equals(Buffer.from(strict))) return [];
  writeFileSync(join(SCREENSHOTS, `${tag}-without.png`), bare);
  return [`looks different from build/screenshots/policy/${tag}-without.png`];
}

/** Rows for each element and each page of the site: `{ name, right, detail }`. The bundle of the site must be there. */
export async function checkPolicy(browser) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await bundleElements();
  const [bareServer, strictServer] = await Promise.all([serve(), serve(0, { headers: { ...HEADERS, ...POLICY } })]);
  const row = (name, wrong) => ({
    name: `${name} under a strict policy`,
    right: wrong.length === 0,
    detail: wrong.join('; '),
  });
  const rows = [];
  try {
    const path = writePage('policy');
    const bare = await open(browser, bareServer.url + path);
    const expected = await photograph(bare.page);
    await bare.page.close();
    const strict = await open(browser, strictServer.url + path);
    const got = await photograph(strict.page);
    for (const tag of tags()) {
      await strict.page.evaluate(saveAll, tag);
      rows.push(row(tag, compared(tag, expected.get(tag), got.get(tag))));
    }
    rows.push(row('all elements', [...(await strict.violations()), ...strict.faults]));
    await strict.page.close();
    for (const name of readdirSync(join(root, 'site')).filter((file) => file.endsWith('.html'))) {
      const { page, faults, violations } = await open(browser, `${strictServer.url}/site/${name}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      rows.push(row(`site/${name}`, [...(await violations()), ...faults]));
      await page.close();
    }
  } finally {
    bareServer.close();
    strictServer.close();
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(async () => {
    await setUp();
    const [{ build }, { site }, { launchChrome }] = await Promise.all([
      import('esbuild'),
      import('../../esbuild.config.mjs'),
      import('../launch.mjs'),
    ]);
    await build(site());
    const browser = await launchChrome();
    const rows = await checkPolicy(browser).finally(() => browser.close());
    for (const { name, right, detail } of rows) console.log(`${right ? 'right' : 'WRONG'}  ${name}  ${detail}`);
    process.exitCode = rows.every(({ right }) => right) ? 0 : 1;
  });
