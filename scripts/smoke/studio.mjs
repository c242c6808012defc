// The part of npm run smoke that is a reader of the studio: drops a network that was made here, with its weights beside it,
// labels, a picture and a folder, corrects the preprocessing, chooses a unit, and opens the address of every view in a fresh
// page and its HTML in an empty one: the same pixels each time. Then the addresses of a public network, two networks on one
// picture, the graph by keyboard, what goes wrong, and files that are forgotten.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { page as bundle } from '../../esbuild.config.mjs';
import { done, drawn, textOf } from './figures.mjs';
import {
  chooseTab,
  describe,
  difference,
  drop,
  file,
  FOLDER,
  pixelsOf,
  saveBeside,
  waitForAddress,
  waitForText,
  write,
  writeFiles,
} from './studio-reader.mjs';
import { checkPage, checkShift, openPage } from './visit.mjs';

/** Elements of the views. */
const FIGURES = {
  activations: 'cnn-activations',
  filters: 'cnn-filters',
  saliency: 'cnn-saliency',
  occlusion: 'cnn-occlusion',
  'top-patches': 'cnn-top-patches',
  feature: 'cnn-feature',
  map: 'cnn-embedding',
};

const CORRECTED = '48×48 BGR, mean 104 117 123, std 50 50 50, resize 48';

const LARGE = { name: 'large', width: 640, height: 450, deviceScaleFactor: 2 };

/** A page of the reader, whose errors come to those of the visit. */
async function another({ browser, view, errors }, address, title) {
  const visit = await openPage(browser, address, view, `studio-${title}`, { waitUntil: 'load', traced: false });
  return {
    ...visit,
    close: async () => {
      errors.push(...visit.errors);
      await visit.page.close();
    },
  };
}

async function figureOf(page, view) {
  await page.bringToFront();
  await page.waitForSelector(FIGURES[view], { timeout: 60_000 });
  await drawn(page, FIGURES[view]);
  return pixelsOf(page, FIGURES[view]);
}

/** The pixels of the reader's unit, before and after the guess is corrected. */
async function openOwnFiles(page) {
  await chooseTab(page, 'saliency');
  await figureOf(page, 'saliency');
  await drop(page, 'my-net.onnx');
  await waitForText(page, /my-net\.onnx\.data/);
  console.log(`studio: without its weights: ${await page.$eval('.column .message', ({ textContent }) => textContent)}`);
  await drop(page, 'my-net.onnx.data');
  await waitForText(page, /Guessed: [^.]+\./);
  await drop(page, 'names.txt', 'coffee.jpg');
  await waitForAddress(page, 'names.txt');
  await drop(page, 'pictures');
  await waitForAddress(page, 'corpus=');
  await figureOf(page, 'saliency');
  assert.match(await textOf(page, FIGURES.saliency), /Saliency for (edge|spot|sky|bee),/, 'the labels are not read');
  console.log('studio: a network with its weights, labels, a picture and a folder are dropped');
}

async function chooseUnit(page) {
  await page.evaluate(() => {
    const select = [...document.querySelectorAll('.column select')][1];
    select.value = 'relu';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await waitForAddress(page, 'layer=relu');
  await write(page, '.unit', '2@20,17');
  await waitForAddress(page, 'unit=2@20,17');
  const guessed = await figureOf(page, 'saliency');
  await write(page, '.preprocessing input', '48×48 BGR, mean 1 2');
  await waitForText(page, /preprocessing\.mean/);
  await write(page, '.preprocessing input', CORRECTED);
  await waitForAddress(page, 'BGR');
  await waitForText(page, /Corrected by you/);
  const corrected = await figureOf(page, 'saliency');
  const by = difference(guessed, corrected);
  assert(by > 0, 'another preprocessing leaves the figure as it was');
  console.log(`studio: the corrected preprocessing changes the figure by ${by} of 255`);
}

/** The address that the reader copies. */
async function copiedAddress(page, url) {
  await page
    .browserContext()
    .overridePermissions(url, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write']);
  await page.bringToFront();
  await page.evaluate(() => document.querySelector('.ends button').click());
  await waitForText(page, /Copied\./);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The HTML of the figure in an otherwise empty page, beside the files that the dialog names. */
async function pasted(reader, url, title) {
  const { page } = reader;
  await page.evaluate(() => document.querySelector('#embed').click());
  await page.waitForSelector('dialog[open] textarea');
  const text = await page.$eval('dialog textarea', ({ value }) => value);
  await saveBeside(page);
  await page.evaluate(() => document.querySelector('dialog').close());
  const head = '<title>pasted</title><meta name="unpool-models" content="../../models/" />';
  writeFileSync(file('index.html'), `<!doctype html><html lang="en"><head>${head}</head><body>${text}</body></html>`);
  return another(reader, `${url}/${FOLDER}/index.html`, `${title}-pasted`);
}

/** One view, from its address in a fresh page and from its HTML in an empty page. */
async function compareView(reader, url, view) {
  const { page } = reader;
  const seen = await figureOf(page, view);
  const { pixels, colours } = describe(seen);
  assert(colours > 8, `${view}: ${colours} colours`);
  const fresh = await another(reader, await copiedAddress(page, url), `${view}-fresh`);
  const byAddress = difference(seen, await figureOf(fresh.page, view));
  await fresh.close();
  await page.bringToFront();
  const empty = await pasted(reader, url, view);
  const inEmpty = await figureOf(empty.page, view);
  // The map fills its width, which is another there
  const byHtml = view === 'map' ? undefined : difference(seen, inEmpty);
  if (view === 'map') {
    const divergence = async ({ page: any }) => /divergence [\d.−]+/.exec(await textOf(any, FIGURES.map))[0];
    assert.equal(await divergence(empty), await divergence(reader));
  }
  await empty.close();
  await page.bringToFront();
  console.log(
    `studio, ${view}: ${pixels} pixels, ${colours} colours; by its address ${byAddress} apart, by its HTML ${byHtml ?? 'as far from the codes'}`,
  );
  assert.equal(byAddress, 0);
  assert.equal(byHtml ?? 0, 0);
  return seen;
}

async function compareOtherUnit(page, seen) {
  await write(page, '.unit', '1@20,17');
  await waitForAddress(page, 'unit=1@20,17');
  const other = await figureOf(page, 'saliency');
  assert(difference(seen, other) > 0, 'another unit has the same figure');
  await page.goBack();
  await waitForAddress(page, 'unit=2@20,17');
  assert.equal(difference(seen, await figureOf(page, 'saliency')), 0);
  console.log('studio: another unit has another figure, and the way back leads to the first');
}

/** What cannot be used is said, and all stays as it was. */
async function tryWhatFails(page) {
  const before = await page.evaluate(() => location.href);
  await drop(page, 'notes.pdf');
  await waitForText(page, /nothing here is a network .*notes\.pdf/);
  assert.equal(await page.evaluate(() => location.href), before);
}

/** Files are asked for by name once they are forgotten; dropped again, the figure is the same. */
async function forget(reader, url, seen) {
  const { page } = reader;
  const address = await copiedAddress(page, url);
  await page.evaluate(() => document.querySelector('#forget').click());
  await waitForText(page, /Your files are forgotten/);
  const fresh = await another(reader, address, 'forgotten');
  await waitForText(fresh.page, /about “(my-net\.onnx|names\.txt)”/);
  await drop(fresh.page, 'my-net.onnx', 'my-net.onnx.data', 'names.txt', 'coffee.jpg');
  const again = await figureOf(fresh.page, 'saliency');
  assert.equal(difference(seen, again), 0);
  await fresh.close();
  console.log('studio: forgotten files are asked for; dropped again, the figure is the same');
}

/** A unit of a public network has an address, in a browser that has not seen it; a second network sees the same picture. */
async function openPublic(reader, url) {
  const visit = await another(
    reader,
    `${url}/site/studio.html#model=squeezenet1.1&layer=fire5/expand3x3&unit=17&show=saliency`,
    'public',
  );
  const { page } = visit;
  const seen = await figureOf(page, 'saliency');
  assert.match(await textOf(page, FIGURES.saliency), /fire5\/expand3x3, channel 17/);
  const empty = await pasted({ ...reader, page }, url, 'public');
  assert.equal(difference(seen, await figureOf(empty.page, 'saliency')), 0);
  await empty.close();
  await page.bringToFront();
  console.log(`studio: a unit of a public network: ${describe(seen).colours} colours, the same in an empty page`);

  await page.evaluate(() => document.querySelector('#add').click());
  await waitForAddress(page, 'model2=');
  await page.waitForFunction(() => document.querySelectorAll('cnn-saliency').length === 2, { timeout: 60_000 });
  await page.waitForFunction(
    () => [...document.querySelectorAll('cnn-saliency')].every(({ phase }) => phase === 'result'),
    { timeout: 60_000 },
  );
  const [first, second] = [await pixelsOf(page, 'cnn-saliency', 0), await pixelsOf(page, 'cnn-saliency', 1)];
  const pictures = difference([first[0]], [second[0]]);
  assert.equal(pictures, 0, 'the networks look at different pictures');
  assert(difference([first[1]], [second[1]]) > 0, 'a unit and a class have the same map');
  console.log('studio: a second network, on the same picture, with a map of its own');
  await checkPage(visit, 'studio-compared');
  await visit.close();
}

/** From another figure of the site, as the reader left it. */
async function followLink(reader, url) {
  const visit = await another(reader, `${url}/site/zh/index.html`, 'from');
  const { page } = visit;
  await drawn(page, 'cnn-saliency');
  await page.evaluate(() => document.querySelector('[value="coffee.jpg"]').click());
  await page.waitForFunction(() => document.querySelector('cnn-saliency').src.endsWith('coffee.jpg'));
  const seen = await figureOf(page, 'saliency');
  await page.focus('cnn-saliency + .in-studio a');
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
  assert.match(page.url(), /\/zh\/studio\.html#model=/);
  assert.equal(difference(seen, await figureOf(page, 'saliency')), 0);
  console.log('studio: a figure of another page is the same here');
  await visit.close();
}

/** Arrow keys go through the graph, and the figure and the address follow. */
async function walkGraph(page) {
  await page.evaluate(() => document.querySelector('cnn-graph').shadowRoot.querySelector('[role=listbox]').focus());
  const layers = [];
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) {
    const before = await page.evaluate(() => location.hash);
    await page.keyboard.press(key);
    await page.waitForFunction((hash) => location.hash !== hash, {}, before);
    const layer = await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('layer'));
    await page.waitForFunction((name) => document.querySelector('cnn-activations').layer === name, {}, layer);
    layers.push(layer);
  }
  await done(page, 'cnn-activations');
  assert.match(await textOf(page, 'cnn-activations'), new RegExp(`${layers.at(-1)}: \\d+ channels`));
  console.log(`studio: by keyboard through ${layers.join(', ')}`);
  await page.focus('#tab-activations');
  for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await waitForAddress(page, 'show=saliency');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => !location.hash.includes('show='));
}

async function readOwnNetwork(visit, url) {
  const { page } = visit;
  writeFiles();
  await build({ ...bundle('components/index.ts'), outdir: FOLDER, entryNames: 'unpool.min', splitting: false });
  await openOwnFiles(page);
  await chooseUnit(page);
  await checkPage(visit, 'studio-own');
  const figures = {};
  for (const view of Object.keys(FIGURES)) {
    await chooseTab(page, view);
    figures[view] = await compareView(visit, url, view);
  }
  await chooseTab(page, 'saliency');
  await compareOtherUnit(page, figures.saliency);
  await tryWhatFails(page);
  await forget(visit, url, figures.saliency);
}

/** Errors of the studio in one view. */
export async function visitStudio(browser, url, view) {
  const path = view.name === 'dark' ? 'zh/studio.html' : 'studio.html';
  const visit = {
    ...(await openPage(browser, `${url}/site/${path}`, view, 'studio', { traced: false })),
    browser,
    view,
  };
  const { page, errors } = visit;
  await drawn(page, 'cnn-activations');
  await checkShift(visit);
  await checkPage(visit);
  if (view.name === 'desktop') {
    await walkGraph(page);
    await readOwnNetwork(visit, url);
    await openPublic(visit, url);
    await followLink(visit, url);
    const large = await another({ ...visit, view: LARGE }, `${url}/site/zh/studio.html`, 'zh');
    await figureOf(large.page, 'activations');
    await checkPage(large);
    await large.close();
  }
  await page.close();
  return errors;
}
