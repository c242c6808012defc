// What the scripted reader of the studio has and does: files that are made here, dropping them, choosing, comparing.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { tinyNetwork } from './tiny-onnx.mjs';

/** Where the reader's files lie, from which the empty page is served too. */
export const FOLDER = 'build/studio';

const WAIT_MS = 60_000;
/** How often the pointer moves while it waits for the page, 0.1 s each. */
const MOVES = 100;
const PICTURES = ['astronaut', 'chelsea', 'china', 'rocket'];

/** Path of a file of the reader. */
export const file = (name) => join(root, FOLDER, name);

export function writeFiles() {
  rmSync(file(''), { recursive: true, force: true });
  mkdirSync(file('pictures'), { recursive: true });
  const { model, weights } = tinyNetwork('my-net.onnx.data', 48);
  writeFileSync(file('my-net.onnx'), model);
  writeFileSync(file('my-net.onnx.data'), weights);
  writeFileSync(file('names.txt'), 'edge\nspot\nsky\nbee\n');
  writeFileSync(file('notes.pdf'), 'nothing for a network');
  copyFileSync(join(root, 'site/photos/coffee.jpg'), file('coffee.jpg'));
  for (const name of PICTURES) copyFileSync(join(root, `site/photos/${name}.jpg`), file(`pictures/${name}.jpg`));
}

/** As from a file manager: a real drag of files and folders onto the page. */
export async function drop(page, ...names) {
  const client = await page.createCDPSession();
  const data = { items: [], files: names.map(file), dragOperationsMask: 1 };
  const send = (type) => client.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
  const isTaken = () => page.evaluate(() => document.body.classList.contains('dropping'));
  // A page that is at work answers late, and what is let go before it has said that it takes it is lost
  await send('dragEnter');
  for (let moves = 0; moves < MOVES && !(await isTaken()); moves++) {
    await send('dragOver');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }
  assert(await isTaken(), `the page does not take ${names.join(', ')}`);
  await send('dragOver');
  await send('drop');
  await client.detach();
}

/** Waits for a part of the address after `#`. */
export async function waitForAddress(page, part) {
  const isThere = (text) => decodeURIComponent(location.hash).includes(text);
  await page.waitForFunction(isThere, { timeout: WAIT_MS }, part).catch(() => fail(page, part));
}

/** Waits until the page itself, without its figures, says what matches. */
export async function waitForText(page, pattern) {
  const says = (source) => new RegExp(source).test(document.querySelector('main').textContent.replace(/\s+/g, ' '));
  await page.waitForFunction(says, { timeout: WAIT_MS }, pattern.source).catch(() => fail(page, pattern));
}

async function fail(page, wanted) {
  const [address, text] = await page.evaluate(() => [
    location.href,
    document.querySelector('main').textContent.replace(/\s+/g, ' '),
  ]);
  throw new Error(`${wanted} is missing at ${address}: ${text}`);
}

export const chooseTab = (page, view) => page.evaluate((name) => document.querySelector(`#tab-${name}`).click(), view);

/** What a reader writes into a field, and leaves with Enter. */
export async function write(page, selector, text) {
  await page.waitForSelector(selector, { timeout: WAIT_MS });
  await page.$eval(selector, (input) => input.select());
  await page.type(selector, text);
  await page.keyboard.press('Enter');
}

/** The pixels of all canvases of figure `index` of a kind, and the sizes of these. */
export function pixelsOf(page, selector, index = 0) {
  return page.evaluate(
    (name, i) => {
      const { shadowRoot } = document.querySelectorAll(name)[i];
      return [...shadowRoot.querySelectorAll('canvas')].map((canvas) => {
        const { width, height } = canvas;
        const bytes = canvas.getContext('2d').getImageData(0, 0, width, height).data;
        return { part: canvas.getAttribute('part') ?? '', width, height, bytes: Array.from(bytes) };
      });
    },
    selector,
    index,
  );
}

/** Largest difference of two lists of canvases, of 255; their sizes have to be the same. */
export function difference(a, b) {
  const sizes = (all) => all.map(({ part, width, height }) => `${part} ${width}×${height}`);
  assert.deepEqual(sizes(a), sizes(b));
  let most = 0;
  for (const [i, { bytes }] of a.entries()) {
    for (const [j, value] of bytes.entries()) most = Math.max(most, Math.abs(value - b[i].bytes[j]));
  }
  return most;
}

/** How many pixels there are, and the colours of the canvas with most: a figure of one colour would equal any other. */
export function describe(canvases) {
  const colours = canvases.map(({ bytes }) => {
    const found = new Set();
    for (let i = 0; i < bytes.length; i += 4) found.add((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]);
    return found.size;
  });
  const pixels = canvases.reduce((sum, { bytes }) => sum + bytes.length / 4, 0);
  return { pixels, colours: Math.max(0, ...colours) };
}

/** Puts the files beside the pasted page that the dialog says: what it offers to save, and the reader's own pictures. */
export async function saveBeside(page) {
  const made = await page.evaluate(async () => {
    const links = [...document.querySelectorAll('dialog a[download]')];
    return Promise.all(links.map(async (link) => [link.download, await (await fetch(link.href)).text()]));
  });
  for (const [name, text] of made) writeFileSync(file(name), text);
  for (const name of readdirSync(file('pictures'))) copyFileSync(file(`pictures/${name}`), file(name));
  return made.map(([name]) => name);
}
