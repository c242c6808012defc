// The part of npm run smoke that opens the page of the network: its diagram is drawn, and the filters of conv1; on a desktop
// the keyboard goes to another layer, whose filters follow, and the layers are timed.
import assert from 'node:assert/strict';
import { says } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

/** Colours of the pixels of the filters, and how many of these are grey. */
const coloursOf = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('cnn-filters').shadowRoot.querySelector('canvas[part=picture]');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) colours.add(`${data.slice(i, i + 3)}`);
    return { all: colours.size, grey: [...colours].filter((text) => new Set(text.split(',')).size === 1).length };
  });

async function useKeyboard(page) {
  await page.evaluate(() => document.querySelector('cnn-graph').shadowRoot.querySelector('[role=listbox]').focus());
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await page.waitForFunction(() => document.querySelector('cnn-filters').layer === 'fire2/expand3x3');
  await says(page, 'cnn-filters', /Filters of \/fire2\/expand3x3\/Conv, 64×16×3×3/);
  const { all, grey } = await coloursOf(page);
  assert(all > 50 && grey === all, `${all} colours, ${grey} of them grey`);
  console.log('keyboard: the filters follow the diagram to fire2/expand3x3');

  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('cnn-filters');
    shadowRoot.querySelector('summary').click();
    shadowRoot.querySelector('.probe').focus();
  });
  await page.keyboard.press('ArrowRight');
  await says(page, 'cnn-filters', /Filter 1, channel 0 .*[−\d.]+/);
  console.log('keyboard: another filter, and its numbers');
}

async function timeLayers(page) {
  await page.evaluate(() => document.querySelector('cnn-graph').shadowRoot.querySelector('.controls button').click());
  await says(page, 'cnn-graph', /ms for all kernels/);
  const bars = await page.evaluate(
    () => document.querySelector('cnn-graph').shadowRoot.querySelectorAll('.box .time').length,
  );
  assert(bars > 25, `${bars} layers have a time`);
  console.log(`${bars} layers are timed`);
}

/** Errors of the page in one view. */
export async function visitNetwork(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/network.html`, view, 'network');
  const { page, errors } = visit;
  await says(page, 'cnn-graph', /1\.24 M parameters/);
  await page.evaluate(() => document.querySelector('cnn-filters').scrollIntoView());
  await says(page, 'cnn-filters', /Filters of conv1, 64×3×3×3/);
  await checkTasks(visit);
  const { all, grey } = await coloursOf(page);
  assert(all > 300 && grey < all / 4, `conv1 has ${all} colours, ${grey} of them grey`);
  console.log(`filters of conv1, ${view.name}: ${all} colours`);
  await checkShift(visit);
  await checkPage(visit);
  if (view.name === 'desktop') {
    await useKeyboard(page);
    await timeLayers(page);
    await checkPage(visit, 'network-chosen');
  }
  await page.close();
  return errors;
}
