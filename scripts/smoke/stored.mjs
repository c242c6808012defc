// The part of npm run smoke that stores every figure: each is drawn from SqueezeNet in as few steps as show something, stored, and
// shown again in a page without a GPU in which nothing but the page's own scripts can be fetched. That page is printed. What is
// shown is compared with what was drawn, to the pixel. The files and the printed page are in build/smoke/stored.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { openPage, VIEWS } from './visit.mjs';

const OUT = join(root, 'build/smoke/stored');
const PATIENCE_MS = 240_000;
const PHOTO = 'photos/european-honey-bee.jpg';

/** Attributes that make each figure a quick one. The bench times shaders, of which there are none on the CPU. */
const FIGURES = {
  'cnn-saliency': { src: PHOTO, method: 'guided-backprop' },
  'cnn-occlusion': { src: PHOTO, size: '64', stride: '48' },
  'cnn-activations': { src: PHOTO, layer: 'fire2' },
  'cnn-mechanism': { src: PHOTO, step: '12' },
  'cnn-top-patches': { corpus: 'corpus/index.json', index: 'top-patches.json', layer: 'fire5', channels: '244, 195' },
  'cnn-embedding': { corpus: 'corpus/index.json', iterations: '50' },
  'cnn-filters': { layer: 'conv1' },
  'cnn-graph': {},
  'cnn-class-model': { target: 'goldfinch', steps: '8' },
  'cnn-feature': { layer: 'fire3', channels: '3, 17', steps: '8' },
  'cnn-dream': { src: PHOTO, layer: 'fire5', octaves: '1', steps: '3' },
  'cnn-style': { src: PHOTO, painting: 'photos/citrus-fruits.jpg', steps: '4' },
  'cnn-inversion': { src: PHOTO, layers: 'conv1, fire5', steps: '8' },
  'cnn-adversarial': { src: PHOTO, epsilons: '2, 4' },
  'cnn-training': { recording: 'fashion-mnist', iterations: '20', count: '60' },
  'cnn-trainer': { seed: '2' },
};
/** Steps of one that learns, before it is stored. */
const STEPS = 20;

/** Draws a figure and stores it. Returns the file, base64, and what its canvases show. Runs in the page. */
async function drawAndStore(tag, attributes, steps) {
  const figure = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) figure.setAttribute(name, value);
  const ended = new Promise((resolve, reject) => {
    figure.addEventListener('cnn-result', resolve);
    figure.addEventListener('cnn-error', ({ error }) => reject(error));
  });
  document.querySelector('main').prepend(figure);
  figure.scrollIntoView();
  await ended;
  if (typeof figure.start === 'function') await figure.start(steps);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const bytes = new Uint8Array(await (await figure.store()).arrayBuffer());
  const pictures = await globalThis.digests(figure);
  figure.remove();
  return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')), pictures };
}

/** SHA-256 of what each canvas of a figure shows, sorted. Is put into pages. */
function defineDigests() {
  globalThis.digests = async (figure) => {
    const canvases = [...figure.shadowRoot.querySelectorAll('canvas')].filter(
      ({ width, height }) => width * height > 0,
    );
    const each = canvases.map(async (canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const context = copy.getContext('2d');
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    });
    return (await Promise.all(each)).sort();
  };
}

async function storeAll(browser, url, errors) {
  const visit = await openPage(browser, `${url}/site/article.html`, VIEWS[0], 'stored-live', {
    waitUntil: 'load',
    traced: false,
  });
  const { page } = visit;
  page.setDefaultTimeout(PATIENCE_MS);
  await page.evaluate(defineDigests);
  const stored = {};
  for (const [tag, attributes] of Object.entries(FIGURES)) {
    await page.waitForFunction((tag) => customElements.get(tag), {}, tag);
    stored[tag] = await page.evaluate(drawAndStore, tag, attributes, STEPS);
    writeFileSync(join(OUT, `${tag}.unpool`), Buffer.from(stored[tag].base64, 'base64'));
  }
  errors.push(...visit.errors);
  await page.close();
  return stored;
}

export async function visitStored(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  mkdirSync(OUT, { recursive: true });
  const errors = [];
  const stored = await storeAll(browser, url, errors);
  const page = await browser.newPage();
  const asked = [];
  page.on('pageerror', (error) => errors.push(`stored: ${error.message}`));
  await page.evaluateOnNewDocument(() => delete Navigator.prototype.gpu);
  const session = await page.createCDPSession();
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    asked.push(request.url);
    void session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*models/*' }, { urlPattern: '*.onnx*' }] });
  await page.goto(`${url}/site/article.html`, { waitUntil: 'load' });
  await page.evaluate(defineDigests);
  await page.evaluate((files) => {
    document.querySelector('main').replaceChildren(
      ...Object.entries(files).map(([tag, { base64 }]) => {
        const figure = document.createElement(tag);
        figure.setAttribute('result', `data:application/gzip;base64,${base64}`);
        return figure;
      }),
    );
  }, stored);
  const tags = Object.keys(stored);
  await page.waitForFunction(
    (tags) => tags.every((tag) => document.querySelector(tag)?.shadowRoot?.querySelector('.stored')),
    { timeout: PATIENCE_MS },
    tags,
  );
  asked.length = 0;
  for (const tag of tags) {
    const shown = await page.$eval(tag, (figure) => globalThis.digests(figure));
    assert.deepEqual([...new Set(shown)], [...new Set(stored[tag].pictures)], `${tag}: its pictures are others`);
    const kilobytes = Math.round(Buffer.from(stored[tag].base64, 'base64').length / 1000);
    console.log(
      `stored ${tag.padEnd(16)} ${String(kilobytes).padStart(5)} kB, ${shown.length} canvases, each as it was drawn`,
    );
  }
  assert.deepEqual(asked, [], 'a stored figure asked for the network');
  await page.screenshot({ path: join(OUT, 'stored.png'), fullPage: true });
  await page.pdf({ path: join(OUT, 'stored.pdf'), format: 'A4', printBackground: true });
  await page.emulateMediaType('print');
  await page.setViewport({ width: 794, height: 1123 });
  await page.screenshot({ path: join(OUT, 'printed.png'), fullPage: true });
  await page.close();
  return errors;
}
