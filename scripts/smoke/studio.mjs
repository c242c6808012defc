// The part of npm run smoke that is a reader of the studio: opens a network that was made here, with its weights beside it,
// labels and a folder, corrects the preprocessing, chooses a unit, and opens the address in a fresh page and the HTML of
// the figure in an empty one: the same pixels each time.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { page as bundle } from '../../esbuild.config.mjs';
import { root } from '../setup.mjs';
import { drawn } from './figures.mjs';
import { tinyNetwork } from './tiny-onnx.mjs';
import { checkPage, checkShift, openPage } from './visit.mjs';

const FOLDER = 'build/studio';
const FIGURE = 'cnn-activations';

/** The reader's files, in the folder from which the empty page is served too. */
function writeFiles() {
  const folder = join(root, FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  const { model, weights } = tinyNetwork('my-net.onnx.data', 48);
  writeFileSync(join(folder, 'my-net.onnx'), model);
  writeFileSync(join(folder, 'my-net.onnx.data'), weights);
  writeFileSync(join(folder, 'names.txt'), 'edge\nspot\nsky\nbee\n');
  writeFileSync(join(folder, 'names.json'), JSON.stringify(['edge', 'spot', 'sky', 'bee']));
  copyFileSync(join(root, 'site/photos/coffee.jpg'), join(folder, 'coffee.jpg'));
  for (const name of ['chelsea', 'rocket']) {
    copyFileSync(join(root, `site/photos/${name}.jpg`), join(folder, `pictures/${name}.jpg`));
  }
  return (name) => join(folder, name);
}

/** All canvases of the figure, as numbers that differ where a pixel does. */
async function pixelsOf(page) {
  await page.waitForSelector(FIGURE, { timeout: 60_000 });
  await drawn(page, FIGURE);
  return page.evaluate((selector) => {
    const canvases = [...document.querySelector(selector).shadowRoot.querySelectorAll('canvas')];
    return canvases.map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let sum = 0;
      for (const byte of data) sum = (sum * 31 + byte) % 1_000_000_007;
      return `${canvas.width}×${canvas.height} ${sum}`;
    });
  }, FIGURE);
}

const waitForHash = (page, part) =>
  page.waitForFunction((text) => decodeURIComponent(location.hash).includes(text), { timeout: 60_000 }, part);

/** What a reader writes into a field, and leaves. */
async function write(page, selector, text) {
  await page.waitForSelector(selector, { timeout: 60_000 });
  await page.$eval(selector, (input) => input.select());
  await page.type(selector, text);
}

async function openOwnFiles(page, file) {
  const files = await page.waitForSelector('.open input:not([webkitdirectory])');
  await files.uploadFile(file('my-net.onnx'), file('my-net.onnx.data'));
  await waitForHash(page, 'my-net.onnx');
  await page.waitForFunction(() => /Guessed/.test(document.querySelector('main').textContent), { timeout: 60_000 });
  await files.uploadFile(file('names.txt'), file('coffee.jpg'));
  await waitForHash(page, 'names.txt');
  const folder = await page.$('input[webkitdirectory]');
  await folder.uploadFile(file('pictures'));
  await waitForHash(page, 'corpus=');
  console.log('studio: a network with its weights, labels, a picture and a folder are open');
}

async function choose(page) {
  await write(page, '.preprocessing input', '48×48 BGR, mean 104 117 123, std 50 50 50, resize 48');
  await page.keyboard.press('Enter');
  await waitForHash(page, 'BGR');
  await page.waitForSelector('.unit', { timeout: 60_000 });
  await page.evaluate(() => {
    const select = [...document.querySelectorAll('select')].find(({ options }) =>
      [...options].some(({ value }) => value === 'relu'),
    );
    select.value = 'relu';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await waitForHash(page, 'layer=relu');
  await write(page, '.unit', '2@20,17');
  await page.keyboard.press('Enter');
  await waitForHash(page, 'unit=2@20,17');
}

async function embedded(page, browser, url, file) {
  await page.evaluate(() => document.querySelector('#embed').click());
  await page.waitForSelector('dialog[open] textarea');
  const text = await page.$eval('dialog textarea', ({ value }) => value);
  await build({ ...bundle('components/index.ts'), outdir: FOLDER, entryNames: 'unpool.min', splitting: false });
  writeFileSync(file('index.html'), `<!doctype html><html lang="en"><title>pasted</title><body>${text}</body></html>`);
  return openPage(browser, `${url}/${FOLDER}/index.html`, { name: 'pasted', width: 1280, height: 900 }, 'studio');
}

/** Errors of the studio in one view. */
export async function visitStudio(browser, url, view) {
  const path = view.name === 'dark' ? 'zh/studio.html' : 'studio.html';
  const visit = await openPage(browser, `${url}/site/${path}`, view, 'studio', { traced: false });
  const { page, errors } = visit;
  await drawn(page, 'cnn-activations');
  await checkShift(visit);
  await checkPage(visit);
  if (view.name === 'desktop') {
    const file = writeFiles();
    await openOwnFiles(page, file);
    await choose(page);
    const seen = await pixelsOf(page);
    await checkPage(visit, 'studio-own');
    const address = await page.evaluate(() => location.href);
    const fresh = await openPage(browser, address, view, 'studio-fresh', { traced: false });
    assert.deepEqual(await pixelsOf(fresh.page), seen);
    console.log(`studio: the address shows the same figure: ${seen.join(', ')}`);
    const pasted = await embedded(page, browser, url, file);
    assert.deepEqual(await pixelsOf(pasted.page), seen);
    console.log('studio: so does the HTML in an empty page');
    await page.evaluate(() => document.querySelector('dialog').close());
    await page.goBack();
    await page.waitForFunction(() => !location.hash.includes('unit='));
    for (const other of [fresh, pasted]) {
      errors.push(...other.errors);
      await other.page.close();
    }
  }
  await page.close();
  return errors;
}
