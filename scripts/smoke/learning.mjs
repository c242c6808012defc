// The part of npm run smoke that opens the page of features while they are learnt: both recordings are drawn and scrubbed by
// keyboard, and a network learns, is paused, goes wrong with a rate that is too large, and goes on.
import assert from 'node:assert/strict';
import { drawn, pictureOf, says, textOf } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage, VIEWS } from './visit.mjs';

const RECORDINGS = ['#edges', '#clothes'];
const LEARNING_MS = 120_000;
/** Accuracy on held-out pictures of ten classes that nobody guesses. */
const LEARNT = 60;

/** Focuses what a selector names within a figure. */
const focus = (page, figure, selector) =>
  page.evaluate((name, what) => document.querySelector(name).shadowRoot.querySelector(what).focus(), figure, selector);

/** Presses the button of a figure that says this. */
const press = (page, figure, words) =>
  page.evaluate(
    (name, label) => {
      const buttons = [...document.querySelector(name).shadowRoot.querySelectorAll('button')];
      buttons.find(({ textContent }) => textContent.trim() === label).click();
    },
    figure,
    words,
  );

async function scrub(page, figure) {
  await drawn(page, figure);
  const text = await textOf(page, figure);
  console.log(`${figure}: ${/The CKA of activations[^.]*\.\d+:.*?\d on\./.exec(text)?.[0] ?? 'no CKA'}`);
  assert.match(text, /CKA of activations with the end stays above 0\.95/, 'no convergence is told');
  const last = await pictureOf(page, figure, 'filter-sheet');
  await focus(page, figure, '[part=time] input');
  await page.keyboard.press('Home');
  await says(page, figure, /[Ee]poch 0, step 0/);
  assert.notEqual(await pictureOf(page, figure, 'filter-sheet'), last, 'the filters are the same at the beginning');
  await page.keyboard.press('ArrowRight');
  await says(page, figure, /, step [1-9]/);
  await page.keyboard.press('End');
  await page.waitForFunction(
    (name, end) =>
      document.querySelector(name).shadowRoot.querySelector('canvas[part=filter-sheet]').toDataURL() === end,
    {},
    figure,
    last,
  );
  console.log(`${figure}: keyboard: the first step, the next and the last`);
}

async function learn(page) {
  await page.evaluate(() => document.querySelector('#trainer').scrollIntoView());
  await page.waitForFunction(
    () => document.querySelector('#trainer').shadowRoot.querySelector('[part=transport] button')?.disabled === false,
  );
  await focus(page, '#trainer', '[part=transport] button');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (least) => {
      const text = document.querySelector('#trainer').shadowRoot.querySelector('[part=readout]').textContent;
      return Number(/Held out[^%]*?([\d.]+)\s%/.exec(text)?.[1]) >= least;
    },
    { timeout: LEARNING_MS },
    LEARNT,
  );
  await page.keyboard.press('Enter');
  const text = await says(page, '#trainer', /Go on/);
  console.log(`#trainer: ${/Step [\d,]+/.exec(text)?.[0]}, ${/Held out.*?%/.exec(text)?.[0]}`);

  await page.evaluate(() => (document.querySelector('#trainer').rate = 1e6));
  await press(page, '#trainer', 'Go on');
  const wrong = /[^.]*(no numbers any more|no better than that of guessing)[^.]*/;
  console.log(`#trainer: ${wrong.exec(await says(page, '#trainer', wrong))[0].trim()}`);
  await page.evaluate(() => (document.querySelector('#trainer').rate = undefined));
  await press(page, '#trainer', 'Reset');
  await says(page, '#trainer', /Start/);
}

/** Errors of the page, which is drawn once and looked at in each view. */
export async function visitLearning(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  const visit = await openPage(browser, `${url}/site/learning.html`, view, 'learning', { waitUntil: 'load' });
  const { page, errors } = visit;
  for (const figure of RECORDINGS) await drawn(page, figure);
  await checkTasks(visit);
  await checkShift(visit);
  for (const figure of RECORDINGS) await scrub(page, figure);
  await learn(page);
  await press(page, '#trainer', 'Start');
  await says(page, '#trainer', /Step [1-9]\d\d/);
  await press(page, '#trainer', 'Pause');

  // Not as a touch device: that would load the page anew.
  for (const { name, scheme, width, height } of VIEWS) {
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await checkPage(visit, `learning-${name}`);
  }
  await page.close();
  return errors;
}
