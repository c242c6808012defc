// The part of npm run smoke that opens the page of live activations: all channels of fire2 from Chromium's fake webcam; on a
// desktop also the keyboard, a unit that is held, a fully connected layer, a photo, and a browser whose canvases the
// GPU draws itself.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { COMPOSED_BY_GPU, FAKE_WEBCAM, launchChrome } from '../launch.mjs';
import { root } from '../setup.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

const FRAMES = 5;
const DRAWN_MS = 240_000;

/** Waits for so many frames from now on, or for what the figure says went wrong; returns their times in ms. */
const frames = (page, count) =>
  page.evaluate(
    (wanted, limit) =>
      new Promise((resolve, reject) => {
        const figure = document.querySelector('cnn-activations');
        const times = [];
        const note = ({ result }) => {
          times.push(result.ms);
          if (times.length < wanted) return;
          figure.removeEventListener('cnn-frame', note);
          resolve(times);
        };
        figure.addEventListener('cnn-frame', note);
        figure.addEventListener('cnn-error', ({ error }) => reject(new Error(error.message)));
        setTimeout(() => reject(new Error(`${times.length} of ${wanted} frames after ${limit} ms`)), limit);
      }),
    count,
    DRAWN_MS,
  );

const inFigure = (page, read, ...args) =>
  page
    .evaluateHandle(() => document.querySelector('cnn-activations').shadowRoot)
    .then((it) => it.evaluate(read, ...args));

const textOf = (page) => inFigure(page, (shadow) => shadow.textContent.replace(/\s+/g, ' '));

/** Colours that are on the screen, whoever drew them there. */
async function coloursOnScreen(page, part) {
  const shadow = await page.evaluateHandle(() => document.querySelector('cnn-activations').shadowRoot);
  const element = await shadow.$(`[part=${part}]`);
  const shot = await element.screenshot({ encoding: 'base64' });
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
  }, shot);
}

async function expectOnScreen(page, part, atLeast) {
  const found = await coloursOnScreen(page, part);
  assert(found >= atLeast, `${part}: ${found} colours on the screen, at least ${atLeast} expected`);
  console.log(`cnn-activations, ${part}: ${found} colours on the screen`);
}

/** From tile to tile and into one; its unit is held while another channel is looked at. */
async function useKeyboard(page) {
  await inFigure(page, (shadow) => shadow.querySelector('[aria-roledescription="grid of channels"]').focus());
  await page.evaluate(() => (document.querySelector('cnn-activations').channel = 17));
  await page.keyboard.press('ArrowRight');
  await frames(page, 2);
  assert.match(await textOf(page), /Channel 18 of fire2/);
  await page.keyboard.press('Enter');
  for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
  await page.evaluate(() => (document.querySelector('cnn-activations').channel = 3));
  await frames(page, 2);
  assert.match(await textOf(page), /Channel 3 of fire2.*From fire2, channel 18 at \(\d+, \d+\), held/);
  console.log('keyboard: another channel is chosen, entered, and its unit held while the picture moves');
  await inFigure(page, (shadow) => shadow.querySelector('.hold').click());
}

/** The last layer has no spatial extent; then a photo instead of the webcam. */
async function changeWhatIsSeen(page) {
  const names = await page.evaluate(() => {
    const figure = document.querySelector('cnn-activations');
    const last = figure.shadowRoot.querySelector('[part=layers] option:last-child').value;
    Object.assign(figure, { layer: last, channel: undefined, method: 'none' });
    return last;
  });
  await frames(page, 3);
  assert.match(await textOf(page), /1000 channels, without spatial extent/);
  await expectOnScreen(page, 'bars', 2);
  console.log(`${names}: 1,000 bars`);
  await page.evaluate(() => {
    Object.assign(document.querySelector('cnn-activations'), {
      layer: 'fire5',
      channel: 7,
      webcam: false,
      method: 'deconvnet',
    });
  });
  await frames(page, 1);
  await expectOnScreen(page, 'mosaic', 100);
  console.log('a photo instead of the webcam');
}

/** The adapter does not say that it is software. */
function hideAdapter() {
  const hidden = {
    vendor: '',
    architecture: '',
    device: '',
    description: 'an adapter that hides',
    isFallbackAdapter: false,
  };
  for (const [name, value] of Object.entries(hidden))
    Object.defineProperty(globalThis.GPUAdapterInfo.prototype, name, { get: () => value });
}

/** On what passes for a GPU, in a browser that lets it draw canvases, pixels go there without being read. */
async function visitComposed(url) {
  const browser = await launchChrome([...FAKE_WEBCAM, ...COMPOSED_BY_GPU]);
  try {
    const view = { name: 'composed', width: 1280, height: 900 };
    const { page, errors } = await openPage(browser, `${url}/site/activations.html?webcam`, view, 'activations', {
      waitUntil: 'domcontentloaded',
      before: hideAdapter,
      on: 'webgpu',
    });
    await frames(page, FRAMES);
    const drawnBy = await inFigure(
      page,
      (shadow) => shadow.querySelector('[part=mosaic]').getContext('webgpu') !== null,
    );
    assert(drawnBy, 'the mosaic is not drawn by WebGPU');
    await expectOnScreen(page, 'mosaic', 100);
    await page.screenshot({ path: join(root, 'build/screenshots/activations-composed.png'), fullPage: true });
    console.log('build/screenshots/activations-composed.png: drawn on the canvas by WebGPU itself');
    return errors;
  } finally {
    await browser.close();
  }
}

/** Errors of the page in one view. */
export async function visitActivations(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/activations.html?webcam`, view, 'activations', {
    waitUntil: 'domcontentloaded',
  });
  const { page, errors } = visit;
  const times = await frames(page, FRAMES);
  assert.match(await textOf(page), /frames a second.*fire2: 128 channels, 55×55 each/);
  console.log(`fire2 live, ${view.name}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms a frame`);
  await checkTasks(visit);
  for (const part of ['mosaic', 'channel', 'sent-back', 'picture']) await expectOnScreen(page, part, 20);
  await checkShift(visit);
  await checkPage(visit);
  if (view.name === 'desktop') {
    await useKeyboard(page);
    await changeWhatIsSeen(page);
    errors.push(...(await visitComposed(url)));
  }
  await page.close();
  return errors;
}
