// The part of npm run smoke that reads the article in both languages, on a desktop, a phone, in the dark and at 200 %: every
// figure near the screen is drawn, none that takes long begins before its button is pressed, and then all of them do, in fewer
// steps. A word of the text shows something by mouse and by keyboard. It is read without scripts, without anything to compute
// with, and on paper, where pictures stand in for the figures. Screenshots are in build/screenshots, what is printed in
// build/smoke/article.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { LANGUAGES, folderOf } from '../site/pages.mjs';
import { useChineseFont } from './fonts.mjs';
import { checkPage, openPage, VIEWS } from './visit.mjs';

const OUT = join(root, 'build/smoke/article');
const LARGE = { name: 'large', width: 640, height: 450, deviceScaleFactor: 2, scheme: 'light' };
const MAX_LAYOUT_SHIFT = 0.05;
/** For a figure to be drawn, ms. */
const PATIENCE_MS = 120_000;
/** Pixels of the pictures that stand in for figures: see scripts/article-pictures.mjs. */
const PICTURE_WIDTH = 1353;
/** Of images that are grown, here. */
const FEW_STEPS = '8';

const addressOf = (url, language) => `${url}/site/${folderOf(language)}article.html`;

/** Scrolls to each figure in turn; waits for those that begin by themselves. Returns how many were drawn and how many wait. */
async function readThrough(page) {
  const ids = await page.$$eval('main figure[id]', (figures) => figures.map(({ id }) => id));
  let drawn = 0;
  for (const id of ids) {
    await page.$eval(`#${id}`, (figure) => figure.scrollIntoView({ block: 'center' }));
    if (await page.$(`#${id} > template`)) continue;
    await waitFor(page, id, ['result']);
    drawn += 1;
  }
  return { drawn, waiting: ids.length - drawn };
}

/** Waits until the element of a figure is in one of these phases. */
async function waitFor(page, id, phases) {
  const ended = await page.waitForFunction(
    (id, phases) => {
      const phase = [...document.querySelector(`#${id}`).children].find(({ phase }) => phase)?.phase;
      return [...phases, 'error'].includes(phase) && phase;
    },
    { timeout: PATIENCE_MS },
    id,
    phases,
  );
  const phase = await ended.jsonValue();
  assert(phases.includes(phase), `${id}: ${phase}`);
}

/** Presses the button of each figure that has one. */
async function askForAll(page) {
  const asked = await page.$$eval('figure.asked', (figures) => figures.map(({ id }) => id));
  for (const id of asked) {
    await page.$eval(
      `#${id}`,
      (figure, steps) => {
        const element = figure.querySelector('template').content.firstElementChild;
        const isGrown = /^cnn-(class-model|inversion|style)$/.test(element.localName);
        if (isGrown) element.setAttribute('steps', steps);
        figure.scrollIntoView();
      },
      FEW_STEPS,
    );
    await page.click(`#${id} .compute`);
    await waitFor(page, id, ['result']);
  }
  return asked.length;
}

/** A word shows something while the mouse is over it, and keeps it after Enter. */
async function followWords(page) {
  const method = () => page.$eval('#figure-saliency cnn-saliency', (figure) => figure.method);
  const until = (name) =>
    page.waitForFunction(
      (name) => {
        const figure = document.querySelector('#figure-saliency cnn-saliency');
        return figure.method === name && figure.phase === 'result';
      },
      { timeout: PATIENCE_MS },
      name,
    );
  const word = '#saliency a[data-set*=deconvnet]';
  await page.$eval(word, (link) => link.scrollIntoView({ block: 'center' }));
  await page.hover(word);
  await until('deconvnet');
  await page.mouse.move(0, 0);
  await until('saliency');
  await page.focus(word);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await until('deconvnet');
  console.log(`words by mouse and keyboard: ${await method()}`);
}

/** The pictures that stand in for figures, and whether they are seen. */
const picturesOf = (page) =>
  page.$$eval('main figure[id] img[alt]', (pictures) =>
    pictures.map(({ src, naturalWidth, offsetHeight }) => {
      return { src: src.split('/').at(-1), seen: naturalWidth > 0 && offsetHeight > 50 };
    }),
  );

async function expectPictures(page, label) {
  const pictures = await picturesOf(page);
  const missing = pictures.filter(({ seen }) => !seen).map(({ src }) => src);
  assert(pictures.length >= 13 && missing.length === 0, `${label}: not to be seen: ${missing.join(', ')}`);
  console.log(`${label}: ${pictures.length} pictures`);
}

async function readWithoutScripts(browser, url) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.setJavaScriptEnabled(false);
  await page.goto(addressOf(url, 'en'), { waitUntil: 'networkidle0' });
  await expectPictures(page, 'article without scripts');
  await page.screenshot({ path: join(OUT, 'without-scripts.png'), fullPage: true });
  await page.close();
}

/** Neither a GPU, nor the leave to take the processor. */
async function readWithoutComputing(browser, url) {
  const before = () => delete Navigator.prototype.gpu;
  const visit = await openPage(browser, addressOf(url, 'en'), VIEWS[0], 'article-nothing', {
    waitUntil: 'load',
    on: 'webgpu',
    before,
    traced: false,
  });
  const { page } = visit;
  await page.$$eval('.compute', (buttons) => buttons.forEach((button) => button.click()));
  for (const id of await page.$$eval('main figure[id]', (figures) => figures.map(({ id }) => id))) {
    await page.$eval(`#${id}`, (figure) => figure.scrollIntoView());
    // Filters are only looked at: that needs nothing to compute with.
    await waitFor(page, id, ['result', 'error']);
  }
  await page.waitForNetworkIdle();
  const pictures = (await picturesOf(page)).filter(({ src }) => src !== 'filters.webp');
  assert.deepEqual(
    pictures.filter(({ seen }) => !seen),
    [],
    'where nothing can be computed a picture is missing',
  );
  console.log(`article where nothing can be computed: ${pictures.length} pictures`);
  await page.screenshot({ path: join(OUT, 'without-computing.png'), fullPage: true });
  await page.close();
  return visit.errors;
}

/** As soon as the first figure is drawn, a PDF has pictures of all others, and the answers. */
async function print(browser, url, language) {
  const { page, errors } = await openPage(browser, addressOf(url, language), VIEWS[0], `article-print-${language}`, {
    waitUntil: 'load',
    traced: false,
  });
  if (language === 'zh') await useChineseFont(page);
  await waitFor(page, 'figure-patches', ['result']);
  await page.waitForNetworkIdle();
  const pdf = await page.pdf({ path: join(OUT, `article-${language}.pdf`), format: 'A4', printBackground: false });
  const text = Buffer.from(pdf).toString('latin1');
  const sizes = [...text.matchAll(/\/Subtype \/Image\s+\/Width (\d+)\s+\/Height \d+/g)].map(([size]) => size);
  const pictures = new Set(sizes.filter((size) => size.includes(`/Width ${PICTURE_WIDTH}`)));
  const pages = text.match(/\/Type \/Page\b/g)?.length;
  await page.emulateMediaType('print');
  const answers = await page.$$eval('details p', (all) => all.map(({ offsetHeight }) => offsetHeight));
  assert(answers.length >= 13 && Math.min(...answers) > 0, 'answers are closed on paper');
  assert(pictures.size >= 12, `${pictures.size} pictures on paper`);
  console.log(`article on paper, ${language}: ${pages} pages, ${pictures.size} pictures`);
  await page.close();
  return errors;
}

async function visitOnce(browser, url, language, look) {
  const title = `article-${language}`;
  const visit = await openPage(browser, addressOf(url, language), look, title, { waitUntil: 'load', traced: false });
  const { page, errors, label } = visit;
  if (language === 'zh') await useChineseFont(page);
  const { drawn, waiting } = await readThrough(page);
  const shift = await page.evaluate(() => globalThis.layoutShift);
  console.log(`${label}: ${drawn} figures drawn, ${waiting} wait to be asked for; layout shift ${shift.toFixed(3)}`);
  if (shift > MAX_LAYOUT_SHIFT) errors.push(`${label}: the layout shifts by ${shift.toFixed(3)}`);
  await checkPage(visit);
  if (language === 'en' && look === VIEWS[0]) {
    await followWords(page);
    console.log(`${label}: ${await askForAll(page)} figures asked for`);
    await checkPage(visit, `${label}-all`);
  }
  await page.close();
  return errors;
}

/** Errors of the article in one view; what has one look only is looked at with the first. */
export async function visitArticle(browser, url, view) {
  mkdirSync(OUT, { recursive: true });
  const errors = [];
  const looks = view === VIEWS[0] ? [view, LARGE] : [view];
  for (const look of looks)
    for (const language of LANGUAGES) errors.push(...(await visitOnce(browser, url, language, look)));
  if (view !== VIEWS[0]) return errors;
  await readWithoutScripts(browser, url);
  errors.push(...(await readWithoutComputing(browser, url)));
  for (const language of LANGUAGES) errors.push(...(await print(browser, url, language)));
  return errors;
}
