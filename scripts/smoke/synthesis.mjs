// The part of npm run smoke that opens the page of grown images, in few steps: each figure is drawn, the coffee is taken for
// a tabby cat also as 8 bits, and on a desktop the keyboard looks back over the steps.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { observe } from '../launch.mjs';
import { root } from '../setup.mjs';
import { coloursOf, drawn } from './figures.mjs';

/** What web.dev calls good. */
const MAX_LAYOUT_SHIFT = 0.1;
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
export async function visitSynthesis(browser, url, { name, scheme, ...viewport }, tools) {
  const page = await browser.newPage();
  const errors = [];
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') errors.push(`${name}: ${text}`);
  });
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.evaluateOnNewDocument(tools.watchLayout);
  await page.goto(`${url}/site/synthesis.html?steps=${STEPS}`, { waitUntil: 'networkidle0' });
  assert.match(await drawn(page, 'cnn-class-model'), new RegExp(`After ${STEPS} steps the network itself gives bee`));
  assert.match(await drawn(page, 'cnn-feature'), /fire2, channel 3.*fire5, channel 142.*fire8, channel 42/s);
  const attack = await drawn(page, 'cnn-adversarial');
  assert.match(attack, /espresso goes from .* The network is fooled by the saved picture/);
  for (const [figure, part] of [
    ['cnn-class-model', 'image'],
    ['cnn-feature', 'image'],
    ['cnn-adversarial', 'change'],
    ['cnn-adversarial', 'changed'],
  ]) {
    const colours = await coloursOf(page, figure, part);
    assert(colours > 100, `${figure}, ${part}: ${colours} colours`);
  }
  const shift = await tools.shiftOf(page);
  console.log(`layout shift, ${name}: ${shift.toFixed(3)}`);
  if (shift > MAX_LAYOUT_SHIFT) errors.push(`${name}: the layout shifts by ${shift}`);
  if (name === 'desktop') await useKeyboard(page);
  await page.evaluate(() => scrollTo(0, 0));
  errors.push(...(await tools.findBarriers(page, `synthesis, ${name}`)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) errors.push(`${name}: the page is ${wide} px wider than the screen`);
  await page.screenshot({ path: join(root, `build/screenshots/synthesis-${name}.png`), fullPage: true });
  console.log(`build/screenshots/synthesis-${name}.png`);
  await page.close();
  return errors;
}
