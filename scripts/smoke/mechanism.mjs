// The part of npm run smoke that opens the page of the arithmetic: the walk of SqueezeNet's unit is there and back; on a desktop it is
// walked and played by keyboard alone, and another unit is chosen in its channel.
import assert from 'node:assert/strict';
import { says } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

/** Focuses something of the figure and presses keys. */
async function pressAt(page, selector, ...keys) {
  await page.evaluate(
    (inside) => document.querySelector('cnn-mechanism').shadowRoot.querySelector(inside).focus(),
    selector,
  );
  for (const key of keys) await page.keyboard.press(key);
}

async function walkByKeyboard(page) {
  await pressAt(page, '.nav input', 'ArrowRight', 'ArrowRight');
  await says(page, 'cnn-mechanism', /Forward, 3 of 7: max-pool, pool1 .*recorded: it is the switch/);
  await pressAt(page, '.nav input', 'End', 'PageDown', 'Home');
  await says(page, 'cnn-mechanism', /Forward, 1 of 7: conv, conv1/);
  await pressAt(page, '.nav input', ...Array(9).fill('ArrowRight'));
  await says(page, 'cnn-mechanism', /Back, 3 of 7: ReLU, fire2\/squeeze/);
  const rules = await page.evaluate(
    () => document.querySelector('cnn-mechanism').shadowRoot.querySelectorAll('table[part~=rule]').length,
  );
  assert.equal(rules, 3, `${rules} tables of rules`);
  await pressAt(page, '.nav button:nth-child(2)', 'Enter');
  await says(page, 'cnn-mechanism', /Pause .*Back, 4 of 7/);
  await pressAt(page, '.nav button:nth-child(2)', 'Enter');
  console.log('keyboard: forward, back, and played from there');
  await pressAt(page, '.probe', 'ArrowRight', 'ArrowLeft', 'ArrowUp', 'Enter');
  await page.waitForFunction(() => {
    const { at, phase } = document.querySelector('cnn-mechanism');
    return at !== 'max' && phase === 'result';
  });
  await says(page, 'cnn-mechanism', /Back, 4 of 7/);
  console.log('keyboard: another unit, at the same step');
}

/** Errors of the page in one view. */
export async function visitMechanism(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/mechanism.html`, view, 'mechanism');
  const { page, errors } = visit;
  await says(
    page,
    'cnn-mechanism',
    /Forward, 1 of 7: conv, conv1 .*3×3 numbers under the window in each of 3 channels/,
  );
  await checkTasks(visit);
  await checkShift(visit);
  await checkPage(visit);
  if (view.name === 'desktop') {
    await walkByKeyboard(page);
    await checkPage(visit, 'mechanism-back');
  }
  await page.close();
  return errors;
}
