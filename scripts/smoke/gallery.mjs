// The part of npm run smoke that opens the gallery: both figures are drawn from SqueezeNet for the bee; on a desktop the
// keyboard works the controls, and a file is opened that is no picture.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { drawn, expectPainted, textOf } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

const FIGURES = ['cnn-saliency', 'cnn-occlusion'];

/** Goes to guided backpropagation with the keyboard alone, and moves the patch. */
async function useKeyboard(page) {
  await page.evaluate(() => {
    document.querySelector('cnn-saliency').method = 'saliency';
  });
  await drawn(page, 'cnn-saliency');
  await page.evaluate(() => document.querySelector('cnn-saliency').shadowRoot.querySelector('select').focus());
  await page.keyboard.type('Guided');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('cnn-saliency').method === 'guided-backprop');
  await drawn(page, 'cnn-saliency');
  assert.match(await textOf(page, 'cnn-saliency'), /Springenberg/, 'the figure does not say that the method changed');
  console.log('keyboard: guided backpropagation is chosen and drawn');

  await page.evaluate(() => document.querySelector('cnn-occlusion').shadowRoot.querySelector('[tabindex]').focus());
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() =>
    document.querySelector('cnn-occlusion').shadowRoot.textContent.includes('With the patch'),
  );
  console.log('keyboard: the patch follows the arrow keys');
}

/** A file that is no picture gives a message, and the figures stay as they were. */
async function openBadFile(page) {
  const before = await textOf(page, 'cnn-saliency');
  const input = await page.$('input[type=file]');
  await input.uploadFile(join(root, 'package.json'));
  await page.waitForFunction(() => document.querySelector('#message').textContent !== '');
  assert.match(await page.$eval('#message', (element) => element.textContent), /package\.json.*not a picture/);
  assert.equal(await textOf(page, 'cnn-saliency'), before, 'a bad file changed the figure');
  console.log('a bad file gives a message');
  await page.click('[value="coffee.jpg"]');
  await drawn(page, 'cnn-saliency');
  assert.match(await textOf(page, 'cnn-saliency'), /espresso/, 'the coffee is no espresso');
  assert.equal(await page.$eval('#message', (element) => element.textContent), '');
  console.log('another photo is drawn');
}

/** Errors of the gallery in one view. */
export async function visitGallery(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/?stride=32`, view, '');
  const { page, errors } = visit;
  await page.click('[value="european-honey-bee.jpg"]');
  for (const figure of FIGURES) await drawn(page, figure);
  await checkTasks(visit);
  await expectPainted(page, 'cnn-saliency', 'map', 100);
  for (const figure of FIGURES) await expectPainted(page, figure, 'picture', 100);
  for (const part of ['probability', 'activation']) await expectPainted(page, 'cnn-occlusion', part, 5);
  for (const figure of FIGURES) {
    assert.match(await textOf(page, figure), /\bbee\b/, `${figure} does not call the bee a bee`);
  }
  await checkShift(visit);
  if (view.name === 'desktop') await useKeyboard(page);
  await checkPage(visit);
  if (view.name === 'desktop') await openBadFile(page);
  await page.close();
  return errors;
}
