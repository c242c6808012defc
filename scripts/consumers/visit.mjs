// Opens the page of a consumer in a browser, and says whether its figures are drawn as they should be.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { observe } from '../launch.mjs';
import { TYPES } from '../serve.mjs';
import { coloursOf, done } from '../smoke/figures.mjs';
import { PACKAGE, PHOTO } from './project.mjs';

export const ANYONE = { 'Access-Control-Allow-Origin': '*' };
const PUBLIC_HOST = 'https://cdn.jsdelivr.net/npm/unpool@';
/** The host that the guides call somebody's own; all that they ask of it is a photo. */
const OWN_HOST = 'https://example.org/';
const VISIT_MS = 120_000;

/**
 * What must hold in every page that is built besides its figure. Each runs in the page, knows nothing but `unpool`, which is
 * all that the package exports, and returns a word for the table.
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
];

/** Where a large photo is prepared. Runs in the page as the checks do. */
export async function whereWorkIsDone({ loadModel }) {
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
}

/**
 * Collects the addresses outside of this computer that are asked for, and answers those of the public host with the package
 * and those of somebody's own with the photo; nothing leaves this computer. Only they are held up: a request of a Worker that
 * is may wait forever.
 */
async function playPublicHosts(page, asked) {
  const session = await page.createCDPSession();
  const answer = (requestId, url) => {
    const inPackage = url.startsWith(PUBLIC_HOST) && join(PACKAGE, new URL(url).pathname.split('/').slice(3).join('/'));
    const file = url.startsWith(OWN_HOST) ? PHOTO : inPackage;
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

/** What the console may say. It has a line for each address that does not have the file. */
const expectedOf = ({ publicCopy, workerless, says }) => [
  ...(says ? [says] : []),
  ...(publicCopy
    ? [/Failed to load resource.* 404 .*\/(models\/|umap\.js|cpu-host\.js|learning\.js|mechanism\.js|zh\.js)/]
    : []),
  ...(workerless ? [/^net::ERR_FAILED: \S+\/(cpu-)?worker\.js/] : []),
];

/** What is to be seen in a page that was built: its figure, and the checks. */
async function judgeBuilt(page, { workerless, judged }) {
  await page.waitForFunction(() => customElements.get('cnn-saliency') && globalThis.unpool, { timeout: VISIT_MS });
  await done(page, 'cnn-saliency');
  const colours = await coloursOf(page, 'cnn-saliency', 'map');
  assert(colours > 100, `the map has ${colours} colours`);
  const words = [`${colours} colours`];
  for (const check of [...CHECKS, whereWorkIsDone]) {
    words.push(await page.evaluate(`(${check})(globalThis.unpool)`));
  }
  if (judged) assert.equal(words.at(-1), workerless ? '12 MP on the page' : '12 MP in a Worker');
  return words;
}

/**
 * Opens a page, waits until its figures are drawn and judges them. Returns what the table says. `expected.judge(page, expected)`
 * gives the words for it; by default that of pages that are built. `publicCopy`: the network comes from the public host, after
 * addresses that do not have it. `workerless`: the Worker's file is not deployed, and the page does its work. What is opened
 * `twice` is `judged` by the second time where it runs: a development server makes a file when it is first asked for, and the
 * library waits some seconds for a Worker, not longer. `asks`: other hosts are asked for what the page itself
 * names there. `says` matches what the console may say besides.
 */
async function visit(browser, url, expected) {
  const { publicCopy = false, workerless = false, twice = false, judged = true, judge = judgeBuilt, asks } = expected;
  if (twice) await visit(browser, url, { ...expected, twice: false, judged: false });
  const page = await browser.newPage();
  const errors = [];
  const asked = [];
  const logged = [];
  const allowed = expectedOf(expected);
  observe(page, (kind, text) => {
    if (kind === 'log') logged.push(text);
    if (!['error', 'warn', 'fault'].includes(kind) || allowed.some((line) => line.test(text))) return;
    errors.push(text);
  });
  // Frames of no origin may have a process of their own, whose requests are not held up
  page.on('request', (request) => request.url().startsWith('https:') && asked.push(request.url()));
  await playPublicHosts(page, asked);
  try {
    await page.goto(url);
    const words = await judge(page, { workerless, judged, logged });
    assert.equal(
      asked.length > 0,
      asks ?? publicCopy,
      `other hosts were asked for ${asked.join(' and ') || 'nothing'}`,
    );
    assert.deepEqual(errors, []);
    return words.join(', ');
  } catch (error) {
    throw new Error([error.message, ...errors].join('\n'), { cause: error });
  } finally {
    await page.close();
  }
}

/** The visit of a page; nothing in a page may keep the others from their turn. */
export function visitInTime(browser, url, expected) {
  const timer = new AbortController();
  const late = wait(VISIT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`nothing more happened in ${VISIT_MS} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([visit(browser, url, expected), late]).finally(() => timer.abort());
}
