// The part of npm run smoke that opens the page of a map of 1,000 pictures: it forms, the keyboard goes through it, and
// another algorithm makes another.
import assert from 'node:assert/strict';
import { drawn, expectPainted, says, textOf } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage, VIEWS } from './visit.mjs';

/** Errors of the page of the map, which forms once and is looked at in each view. */
export async function visitMap(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  const visit = await openPage(browser, `${url}/site/embedding.html?iterations=500`, view, 'map');
  const { page, errors } = visit;
  await drawn(page, 'cnn-embedding');
  await checkTasks(visit);
  await expectPainted(page, 'cnn-embedding', 'map', 100);
  const text = await textOf(page, 'cnn-embedding');
  assert.match(text, /1,000/, 'the map is not of 1,000 pictures');
  const divergence = Number(/divergence ([\d.]+) nats/.exec(text)?.[1]);
  assert(divergence > 0 && divergence < 1.5, `the map has a divergence of ${divergence}`);
  console.log(`a map of 1,000 pictures: divergence ${divergence} nats`);

  await page.evaluate(() => document.querySelector('cnn-embedding').shadowRoot.querySelector('.map').focus());
  for (const key of ['ArrowRight', '+', '+']) await page.keyboard.press(key);
  await page.waitForFunction(
    () => document.querySelector('cnn-embedding').shadowRoot.querySelector('[part=detail] ol')?.childElementCount === 6,
  );
  console.log('keyboard: a picture and its six neighbours');
  await checkShift(visit);

  await page.evaluate(() => {
    document.querySelector('cnn-embedding').algorithm = 'umap';
  });
  await says(page, 'cnn-embedding', /McInnes/);
  await drawn(page, 'cnn-embedding');
  console.log('the same by UMAP');

  // Not as a touch device: that would load the page anew.
  for (const { name, scheme, width, height } of VIEWS) {
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.evaluate(
      (layout) => {
        document.querySelector('cnn-embedding').layout = layout;
      },
      name === 'dark' ? 'grid' : 'map',
    );
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await checkPage(visit, `map-${name}`);
  }
  await page.close();
  return errors;
}
