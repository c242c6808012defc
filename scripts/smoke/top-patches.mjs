// The part of npm run smoke that opens the page of top patches: three figures drawn from shipped lists; on a desktop also
// a patch chosen by keyboard, the lists of a figure made anew from all photos, and files of the reader, one of them broken.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

const FIGURES = 3;
const DRAWN_MS = 400_000;

/** Waits until a figure of the page is drawn; `anew` from all photos, without the shipped lists. */
function drawn(page, index, anew = false) {
  return page.evaluate(
    (at, limit, without) =>
      new Promise((resolve, reject) => {
        const figure = document.querySelectorAll('cnn-top-patches')[at];
        figure.scrollIntoView();
        const fail = (text) => reject(new Error(`cnn-top-patches ${at}: ${text}`));
        // Not with the event: the driver would want to know all that is in it.
        figure.addEventListener('cnn-result', () => resolve());
        figure.addEventListener('cnn-error', ({ error }) => fail(error.message));
        setTimeout(() => fail(`not drawn after ${limit} ms`), limit);
        if (without) figure.index = undefined;
        else if (figure.phase === 'result') resolve();
      }),
    index,
    DRAWN_MS,
    anew,
  );
}

/** What `read` finds in the shadow root of a figure. */
async function inFigure(page, index, read) {
  const shadow = await page.evaluateHandle((at) => document.querySelectorAll('cnn-top-patches')[at].shadowRoot, index);
  return shadow.evaluate(read);
}

/** Names and values of the patches, as a screen reader hears them. */
const patchesOf = (page, index) =>
  inFigure(page, index, (root) => [...root.querySelectorAll('[part=patch]')].map(({ ariaLabel }) => ariaLabel));

const textOf = (page, index) => inFigure(page, index, (root) => root.textContent.replace(/\s+/g, ' '));

async function expectComplete(page, index, channels) {
  const [patches, painted, titles] = await inFigure(page, index, (root) => [
    root.querySelectorAll('[part=patch]').length,
    [...root.querySelectorAll('canvas[part=reconstruction]')].filter((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size > 4;
    }).length,
    [...root.querySelectorAll('[part=channel] h3')].map(({ textContent }) => textContent),
  ]);
  assert.equal(titles.length, channels);
  assert.equal(patches, 9 * channels, `${titles.join('; ')}: ${patches} patches`);
  assert.equal(painted, patches, `${titles.join('; ')}: ${painted} reconstructions`);
  console.log(`${titles.join('; ')}: ${patches} patches, each with a reconstruction`);
}

async function useKeyboard(page) {
  await inFigure(page, 0, (root) => root.querySelectorAll('[part=patch]')[3].focus());
  const [, , , name] = await patchesOf(page, 0);
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (text) =>
      document.querySelector('cnn-top-patches').shadowRoot.querySelector('[part=readout]').textContent.includes(text),
    {},
    /: (\S+),/.exec(name)[1],
  );
  console.log('keyboard: another patch is chosen, and its photo shown');
}

/** Without the shipped lists all photos go through the network, and the same patches come out. */
async function searchAnew(page) {
  const shipped = await patchesOf(page, 1);
  const began = performance.now();
  await drawn(page, 1, true);
  assert.deepEqual(await patchesOf(page, 1), shipped, 'the lists made here are not the shipped ones');
  assert.match(await textOf(page, 1), /98 of 98 pictures/);
  console.log(
    `98 photos searched and drawn in ${((performance.now() - began) / 1000).toFixed(0)} s: the shipped lists`,
  );
}

async function bringFiles(page) {
  const figure = await page.evaluateHandle(() => document.querySelectorAll('cnn-top-patches')[1].shadowRoot);
  const input = await figure.$('input[type=file]');
  const photos = ['coffee.jpg', 'chelsea.jpg'].map((name) => join(root, 'site/photos', name));
  const done = page.waitForFunction(
    () => /2 of 3 pictures/.test(document.querySelectorAll('cnn-top-patches')[1].shadowRoot.textContent),
    { timeout: DRAWN_MS },
  );
  await input.uploadFile(...photos, join(root, 'package.json'));
  await done;
  await drawn(page, 1);
  assert.match(await textOf(page, 1), /1 could not be read.*package\.json/);
  console.log('files of the reader: two photos are searched, the third file is named as no picture');
}

/** Errors of the page in one view. */
export async function visitTopPatches(browser, url, view) {
  const desktop = view.name === 'desktop';
  const channels = desktop ? 3 : 1;
  const visit = await openPage(browser, `${url}/site/top-patches.html?channels=${channels}`, view, 'top-patches', {
    waitUntil: 'domcontentloaded',
  });
  const { page, errors } = visit;
  for (let index = 0; index < FIGURES; index++) await drawn(page, index);
  await checkTasks(visit);
  for (let index = 0; index < FIGURES; index++) await expectComplete(page, index, channels);
  await checkShift(visit);
  await checkPage(visit);
  if (desktop) {
    await useKeyboard(page);
    await searchAnew(page);
    await bringFiles(page);
  }
  await page.close();
  return errors;
}
