// How long the page stands still over large files of strangers: photos of 12 and 48 megapixels, 100,000 labels, a zip file
// of 50 MB.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChrome } from '../launch.mjs';
import { root } from '../setup.mjs';

/** CPU time of a task: on a busy machine the time it takes says nothing. */
const LIMIT_MS = 100;
const PATIENCE_MS = 300_000;
const LABELS = 100_000;
const PHOTOS = [
  { name: '12 MP photo', file: 'photo-12.jpg', width: 4000, height: 3000 },
  { name: '48 MP photo', file: 'photo-48.jpg', width: 8000, height: 6000 },
];
const ZIPPED = { copies: 50, bytes: 1e6 };
/** Where the files are made; the server has it at /strangers. */
const FOLDER = join(root, 'build/strangers');
const SMALL = JSON.stringify({ preset: 'torch', height: 32, width: 32, resize: 32 });

/** In a page: a JPEG of rectangles from a seed, and of noise where it is to be large, as base64. */
async function drawPhoto({ width, height, noisy = false }) {
  let seed = 1;
  const next = () => (seed = (Math.imul(1664525, seed) + 1013904223) >>> 0) / 2 ** 32;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  for (let i = 0; i < 2000; i++) {
    context.fillStyle = `rgb(${256 * next()} ${256 * next()} ${256 * next()})`;
    context.fillRect(next() * width, next() * height, width / 10, height / 10);
  }
  if (noisy) {
    const pixels = context.getImageData(0, 0, width, height);
    pixels.data.forEach((_, i) => (pixels.data[i] = i % 4 === 3 ? 255 : 256 * next()));
    context.putImageData(pixels, 0, 0);
  }
  const file = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  const reader = new FileReader();
  await new Promise((done) => {
    reader.onload = done;
    reader.readAsDataURL(file);
  });
  return reader.result.split(',')[1];
}

/** A zip file in which a file is stored under many names. */
async function zipOf(content, copies) {
  const { zipSync } = await import('fflate');
  const names = Array.from({ length: copies }, (_, i) => `photos/${String(i).padStart(3, '0')}.jpg`);
  return zipSync(Object.fromEntries(names.map((name) => [name, [content, { level: 0 }]])));
}

/** A network of as many classes as there are labels, which runs in no time. */
async function writeNetwork() {
  const contents = `
    import { onnxFile } from './test/onnx/file.ts';
    const numbers = (count) => Array.from({ length: count }, (_, i) => Math.sin(i * i));
    const weights = (name, dims) => ({ name, dims, values: numbers(dims.reduce((a, b) => a * b)) });
    export const bytes = onnxFile({
      inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
      outputs: [{ name: 'scores' }],
      initializers: [weights('w1', [4, 3, 3, 3]), weights('w2', [${LABELS}, 4])],
      nodes: [
        { type: 'Conv', name: 'conv', inputs: ['image', 'w1'], outputs: ['a'], attributes: { strides: [2, 2] } },
        { type: 'Relu', name: 'relu', inputs: ['a'], outputs: ['b'] },
        { type: 'GlobalAveragePool', name: 'average', inputs: ['b'], outputs: ['c'] },
        { type: 'Flatten', name: 'flat', inputs: ['c'], outputs: ['d'] },
        { type: 'Gemm', name: 'classes', inputs: ['d', 'w2'], outputs: ['scores'], attributes: { transB: 1 } },
      ],
    });`;
  const { build } = await import('esbuild');
  const outfile = join(FOLDER, 'network.mjs');
  await build({ stdin: { contents, resolveDir: root }, bundle: true, format: 'esm', platform: 'node', outfile });
  const { bytes } = await import(outfile);
  writeFileSync(join(FOLDER, 'network.onnx'), bytes);
}

/** The files, and the page that shows them. */
async function writeFiles(browser) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const page = await browser.newPage();
  const photo = async (options) => Buffer.from(await page.evaluate(drawPhoto, options), 'base64');
  for (const { file, ...size } of PHOTOS) writeFileSync(join(FOLDER, file), await photo(size));
  const zipped = await photo({ width: 1000, height: 800, noisy: true });
  await page.close();
  const copies = Math.ceil((ZIPPED.copies * ZIPPED.bytes) / zipped.length);
  writeFileSync(join(FOLDER, 'photos.zip'), await zipOf(zipped, copies));
  writeFileSync(
    join(FOLDER, 'labels.json'),
    JSON.stringify(Array.from({ length: LABELS }, (_, i) => `class number ${i}`)),
  );
  await writeNetwork();
  const [{ build }, { page: bundle }] = await Promise.all([import('esbuild'), import('../../esbuild.config.mjs')]);
  await build({ ...bundle('components/index.ts'), entryNames: 'long-tasks' });
  const html = '<!doctype html><title>Long tasks</title><script type="module" src="long-tasks.js"></script>';
  writeFileSync(join(root, 'build/pages/long-tasks.html'), html);
}

/** In the page: shows a figure with these attributes and files, types what a reader would look for, and marks both ends. */
async function show({ tag, attributes, zip, typed, limitMs }) {
  await customElements.whenDefined(tag);
  const figure = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) figure.setAttribute(name, value);
  if (zip) figure.images = [new File([await (await fetch(zip)).blob()], 'photos.zip')];
  // What the page did before is over
  await new Promise((done) => setTimeout(done, 300));
  performance.mark('it from');
  await new Promise((done, fail) => {
    figure.addEventListener('cnn-result', done, { once: true });
    figure.addEventListener('cnn-error', ({ error }) => fail(new Error(error.message)), { once: true });
    setTimeout(() => fail(new Error(`${tag} is not drawn after ${limitMs} ms`)), limitMs);
    document.body.append(figure);
  });
  for (const text of typed ?? []) {
    const field = figure.shadowRoot.querySelector('input[list]');
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await new Promise((done) => setTimeout(done, 50));
  }
  const suggestions = figure.shadowRoot.querySelectorAll('datalist option').length;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  performance.mark('it to');
  return { text: figure.shadowRoot.textContent.replace(/\s+/g, ' '), suggestions };
}

const picture = (name, src, more = {}) => ({
  name: `${name} in <cnn-saliency>`,
  tag: 'cnn-saliency',
  attributes: { src },
  drawn: ({ text }) => /Drawn in/.test(text),
  ...more,
});

const CASES = [
  ...PHOTOS.map(({ name, file }) => picture(name, `/strangers/${file}`)),
  picture('12 MP photo, without Workers,', '/strangers/photo-12.jpg', { workers: false }),
  picture('strip of 12000×2 pixels', '/test/fixtures/faults/strip_12000x2.png'),
  {
    name: '100,000 labels in <cnn-saliency>',
    tag: 'cnn-saliency',
    attributes: {
      src: '/site/photos/coffee.jpg',
      model: '/strangers/network.onnx',
      labels: '/strangers/labels.json',
      preprocessing: SMALL,
    },
    typed: ['', '9', '99', 'number 99'],
    drawn: ({ text, suggestions }) => /class number \d+/.test(text) && suggestions > 10 && suggestions <= 100,
  },
  {
    name: '50 MB zip in <cnn-top-patches>',
    tag: 'cnn-top-patches',
    attributes: { model: '/strangers/network.onnx', layer: 'relu', preprocessing: SMALL },
    zip: '/strangers/photos.zip',
    drawn: ({ text }) => /(\d+) of \1 pictures were looked at/.test(text),
  },
];

async function measure({ browser, url }, { name, drawn, workers = true, ...what }) {
  const { readTrace, describeCode, TRACED } = await import('../bench/long-tasks.mjs');
  const page = await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  try {
    await page.setViewport({ width: 1000, height: 1200 });
    if (!workers) await page.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'Worker'));
    await page.goto(`${url}/pages/long-tasks.html`);
    await page.tracing.start({ categories: TRACED });
    const shown = await page.evaluate(show, { ...what, limitMs: PATIENCE_MS });
    const { marks, tasks, samples } = readTrace(JSON.parse(Buffer.from(await page.tracing.stop()).toString()));
    const within = tasks.filter(({ from, to }) => from < marks['it to'] && to > marks['it from']);
    const longest = within.reduce((a, b) => (b.cpuMs > a.cpuMs ? b : a));
    const right = longest.cpuMs < LIMIT_MS && drawn(shown) && faults.length === 0;
    const code = describeCode(samples, longest);
    const trouble = drawn(shown) ? faults.join('; ') : `not drawn: ${shown.text.slice(0, 300)}`;
    const detail = `longest task ${longest.cpuMs.toFixed(0)} ms of CPU, at most ${LIMIT_MS} (${code})${trouble && `; ${trouble}`}`;
    return { name, right, detail };
  } catch (error) {
    return { name, right: false, detail: error.message };
  } finally {
    await page.close();
  }
}

/** Rows `{ name, right, detail }`. */
export async function check(url) {
  const browser = await launchChrome();
  try {
    await writeFiles(browser);
    const rows = [];
    for (const one of CASES) rows.push(await measure({ browser, url }, one));
    return rows;
  } finally {
    await browser.close();
  }
}
