// The part of npm run smoke that opens the page of grown images, in few steps: each figure is drawn, the coffee is taken for
// a tabby cat also as 8 bits, and on a desktop the keyboard looks back over the steps.
import assert from 'node:assert/strict';
import { coloursOf, drawn } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

const STEPS = 8;

async function useKeyboard(page) {
  await page.evaluate(() =>
    document.querySelector('cnn-class-model').shadowRoot.querySelector('input[type=range]').focus(),
  );
  await page.keyboard.press('Home');
  await page.waitForFunction(
    (steps) => document.querySelector('cnn-class-model').shadowRoot.textContent.includes(`step 0 of ${steps}`),
    {},
    STEPS,
  );
  await page.keyboard.press('End');
  console.log('keyboard: back to the first step, and to the newest');
}

/** Errors of the page in one view. */
export async function visitSynthesis(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/synthesis.html?steps=${STEPS}`, view, 'synthesis');
  const { page, errors } = visit;
  assert.match(await drawn(page, 'cnn-class-model'), new RegExp(`After ${STEPS} steps the network itself gives bee`));
  assert.match(await drawn(page, 'cnn-feature'), /fire2, channel 3.*fire5, channel 142.*fire8, channel 42/s);
  const attack = await drawn(page, 'cnn-adversarial');
  assert.match(attack, /espresso goes from .* The network is fooled by the saved picture/);
  await checkTasks(visit);
  for (const [figure, part] of [
    ['cnn-class-model', 'image'],
    ['cnn-feature', 'image'],
    ['cnn-adversarial', 'change'],
    ['cnn-adversarial', 'changed'],
  ]) {
    const colours = await coloursOf(page, figure, part);
    assert(colours > 100, `${figure}, ${part}: ${colours} colours`);
  }
  await checkShift(visit);
  if (view.name === 'desktop') await useKeyboard(page);
  await checkPage(visit);
  await page.close();
  return errors;
}
