// Every element where there is no WebGPU, with what its author put into it and without; and figures in a sandboxed frame
// and on a page from a disk: they draw, or the reason is there in words.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChrome, observe } from '../launch.mjs';
import { HEADERS, serve } from '../serve.mjs';
import { root } from '../setup.mjs';
import { bundleElements, tags, writePage } from './figures.mjs';

/** There is a `navigator.gpu`, but no adapter behind it. */
const WITHOUT_ADAPTER = ['--disable-gpu', '--disable-software-rasterizer'];
const FALLBACK = '<p>A still picture instead.</p>';
const SETTLED_MS = 60_000;
/** These show what they show without computing. */
const DRAWN = ['cnn-filters', 'cnn-graph'];
/** A line and its padding, px. */
const LINE_PX = 32;

/** Waits until an element is drawn, or has said why not. */
function settle(page, tag) {
  return page.evaluate(
    (name, limit) =>
      new Promise((resolve, reject) => {
        const figure = document.querySelector(name);
        const look = () => ['result', 'error'].includes(figure.phase) && resolve(figure.updateComplete.then(() => {}));
        for (const type of ['cnn-result', 'cnn-error']) figure.addEventListener(type, () => setTimeout(look));
        figure.scrollIntoView({ block: 'center' });
        look();
        setTimeout(() => reject(new Error(`nothing after ${limit} ms: ${figure.phase}`)), limit);
      }),
    tag,
    SETTLED_MS,
  );
}

/** Runs in the page: what is wrong with an element that cannot be computed there. */
function faultsOfAbsence(tag, authored, linePx) {
  const figure = document.querySelector(tag);
  const part = (name) => figure.shadowRoot.querySelector(`[part~=${name}]`);
  const reason = part('reason');
  const line = reason?.querySelector('summary').getBoundingClientRect();
  const shown = (authored ? figure.firstElementChild : part('picture'))?.getBoundingClientRect();
  const asked = authored || figure.hasAttribute('src');
  return [
    figure.phase !== 'error' && `it is in phase ${figure.phase}`,
    part('error') && 'an error is shown',
    !reason && 'no reason is shown',
    reason?.open && 'what to do is open',
    line && line.height > linePx && `the reason is ${line.height} px high`,
    reason && !/WebGPU/.test(reason.textContent) && 'the reason does not say WebGPU',
    asked && !(shown?.height > 0) && (authored ? 'the fallback is hidden' : 'the picture is hidden'),
    asked && line && shown?.bottom > line.top && 'the reason is above what stands for the figure',
    figure.shadowRoot.querySelector('canvas') && 'a canvas is there',
  ].filter(Boolean);
}

/** Runs in the page: what is wrong with an element that needs no GPU. */
function faultsOfDrawn(tag, authored) {
  const figure = document.querySelector(tag);
  const { phase, shadowRoot } = figure;
  return [
    phase !== 'result' && `it is in phase ${phase}: ${shadowRoot.textContent.trim().slice(-200)}`,
    authored && figure.firstElementChild.checkVisibility() && 'the fallback is shown',
    !shadowRoot.querySelector('canvas, svg') && 'nothing is drawn',
  ].filter(Boolean);
}

async function visit(browser, url, authored) {
  const name = `no-gpu-${authored ? 'authored' : 'bare'}`;
  const folder = join(root, 'build/screenshots', name);
  mkdirSync(folder, { recursive: true });
  const page = await browser.newPage();
  const faults = [];
  observe(page, (kind, text) => kind === 'fault' && faults.push(text));
  await page.setViewport({ width: 800, height: 900 });
  // The second page is of a browser that has never heard of WebGPU
  if (!authored) await page.evaluateOnNewDocument(() => delete Navigator.prototype.gpu);
  await page.goto(url + writePage(name, { inner: authored ? FALLBACK : '\n' }));
  const rows = [];
  for (const tag of tags()) {
    const wrong = await settle(page, tag)
      .then(() => page.evaluate(DRAWN.includes(tag) ? faultsOfDrawn : faultsOfAbsence, tag, authored, LINE_PX))
      .catch((error) => [error.message]);
    await page.$(tag).then((figure) => figure.screenshot({ path: join(folder, `${tag}.png`) }));
    rows.push(row(`${tag} without WebGPU, ${authored ? 'with' : 'without'} a fallback of its author`, wrong));
  }
  rows.push(row(`${name}: the page`, faults));
  await page.close();
  return rows;
}

const row = (name, wrong) => ({ name, right: wrong.length === 0, detail: wrong.join('; ') });

const INPUT = '{ "preset": "caffe", "height": 64, "width": 64, "resize": "stretch" }';

/** A page with two figures, in build/; `from` is where the script and the network come from. */
function writeFigures(name, from, picture) {
  const network = `manifest="${from}/models/models.json" preprocessing='${INPUT}'`;
  const html = `<!doctype html><meta charset="utf-8" /><title>${name}</title>
<script type="module" src="${from}/build/pages/index.js"></script>
<cnn-saliency ${network} src="${picture}" method="guided-backprop"></cnn-saliency>
<cnn-filters ${network} layer="conv1"></cnn-filters>`;
  mkdirSync(join(root, 'build/strangers'), { recursive: true });
  writeFileSync(join(root, 'build/strangers', `${name}.html`), html);
}

const says = (frame, tag) =>
  frame.evaluate((name) => document.querySelector(name).shadowRoot.textContent.replace(/\s+/g, ' '), tag);

/** A sandboxed frame is of no site: no storage, no file without CORS, no downloads. */
async function visitSandbox(browser, open, closed) {
  writeFigures('sandboxed', open, `${open}/site/photos/coffee.jpg`);
  writeFigures('sandboxed-shut', open, `${closed}/site/photos/coffee.jpg`);
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 900 });
  const show = async (name) => {
    const frame = `<iframe sandbox="allow-scripts" src="${name}.html" width="760" height="850"></iframe>`;
    writeFileSync(join(root, 'build/strangers/frame.html'), `<!doctype html><title>A frame</title>${frame}`);
    await page.goto(`${open}/build/strangers/frame.html`);
    const inner = await page.waitForFrame((one) => one.url().endsWith(`${name}.html`));
    await inner.waitForFunction(() => document.querySelector('cnn-filters')?.matches(':defined'));
    return inner;
  };
  const frame = await show('sandboxed');
  const wrong = [];
  for (const tag of ['cnn-saliency', 'cnn-filters']) {
    await settle(frame, tag).catch((error) => wrong.push(error.message));
    const phase = await frame.evaluate((name) => document.querySelector(name).phase, tag);
    if (phase !== 'result') wrong.push(`${tag} is in phase ${phase}: ${(await says(frame, tag)).slice(-300)}`);
  }
  const told = await frame
    .evaluate(() => [...document.querySelector('cnn-filters').shadowRoot.querySelectorAll('.files button')][0].click())
    .then(() => frame.waitForSelector('dialog[open] img', { timeout: 5000 }))
    .then(() => frame.evaluate(() => document.querySelector('dialog').textContent))
    .catch((error) => error.message);
  await page.screenshot({ path: join(root, 'build/screenshots/sandboxed.png') });
  const unsaved = /allow-downloads/.test(told) ? [] : [told];

  const shut = await show('sandboxed-shut');
  await settle(shut, 'cnn-saliency').catch(() => undefined);
  const words = await says(shut, 'cnn-saliency');
  await page.screenshot({ path: join(root, 'build/screenshots/sandboxed-shut.png') });
  await page.close();
  return [
    row('figures in a sandboxed frame', wrong),
    row('saving in a sandboxed frame', unsaved),
    row('a picture that a sandboxed frame may not read', /sandboxed frame/.test(words) ? [] : [words.slice(-300)]),
  ];
}

/** A page that was opened by a double click. */
async function visitDisk(browser, open) {
  writeFigures('disk', open, 'coffee.jpg');
  const page = await browser.newPage();
  await page.goto(pathToFileURL(join(root, 'build/strangers/disk.html')).href);
  await settle(page, 'cnn-saliency').catch(() => undefined);
  const words = await says(page, 'cnn-saliency').catch((error) => error.message);
  await page.screenshot({ path: join(root, 'build/screenshots/disk.png'), fullPage: true });
  await page.close();
  return [row('a picture beside a page from a disk', /npx serve/.test(words) ? [] : [words.slice(-300)])];
}

/** Rows `{ name, right, detail }`; `url` is where the repository is served. Screenshots lie in build/screenshots. */
export async function check(url) {
  await bundleElements();
  const rows = [];
  const without = await launchChrome(WITHOUT_ADAPTER);
  try {
    for (const authored of [true, false]) rows.push(...(await visit(without, url, authored)));
  } finally {
    await without.close();
  }
  const { 'Cache-Control': cache } = HEADERS;
  const open = await serve(0, { headers: { 'Cache-Control': cache, 'Access-Control-Allow-Origin': '*' } });
  const browser = await launchChrome();
  try {
    rows.push(...(await visitSandbox(browser, open.url, url)), ...(await visitDisk(browser, open.url)));
  } finally {
    await browser.close();
    open.close();
  }
  return rows;
}
