// The part of npm run smoke that opens the page of inversions, dreams and styles, in few steps: each figure is drawn, the
// dream's objective rises and the distance to the style falls, a slider goes through five layers of the inversion; on a
// desktop the keyboard pauses, looks back and changes a weight on the way, and a dream zooms.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { coloursOf, done, drawn, pictureOf, says, textOf } from './figures.mjs';
import { checkPage, checkShift, checkTasks, openPage } from './visit.mjs';

const STEPS = 6;
const OCTAVES = 4;

const set = (page, selector, properties) =>
  page.evaluate((name, values) => void Object.assign(document.querySelector(name), values), selector, properties);

const focus = (page, selector, within) =>
  page.evaluate(
    (name, part) => {
      const { shadowRoot } = document.querySelector(name);
      const all = [...shadowRoot.querySelectorAll('button, input, select')];
      all.find((control) => control.matches(part) || control.textContent.trim() === part).focus();
    },
    selector,
    within,
  );

/** Of the newest step. */
const snapshotOf = (page, selector) =>
  page.evaluate((name) => {
    const { trace, terms } = document.querySelector(name).drawn.result.images[0].snapshot;
    return { trace: [...trace], terms };
  }, selector);

/** Five layers, one after the other, by the arrow keys; deeper ones leave less of the picture. */
async function goThroughLayers(page) {
  const pictures = new Set();
  const slider = 'input[type=range]:not(.scrubber)';
  for (let i = 0; i < 5; i++) {
    await focus(page, 'cnn-inversion', slider);
    if (i > 0) {
      await page.keyboard.press('ArrowRight');
      await page.evaluate(() => new Promise((next) => setTimeout(next, 50)));
    }
    await done(page, 'cnn-inversion');
    pictures.add(await pictureOf(page, 'cnn-inversion', 'image'));
  }
  assert.equal(pictures.size, 5, `${pictures.size} different inversions of five layers`);
  console.log('cnn-inversion: five layers by slider');
}

async function checkDream(page) {
  const text = await drawn(page, 'cnn-dream');
  const total = STEPS * OCTAVES;
  assert.match(text, new RegExp(`${total} of ${total} steps`));
  assert.match(text, /Octave 4 of 4: 224×224 pixels\./);
  const { trace } = await snapshotOf(page, 'cnn-dream');
  for (let octave = 0; octave < OCTAVES; octave++) {
    const [first, last] = [trace[octave * STEPS], trace[(octave + 1) * STEPS - 1]];
    assert(last > first, `octave ${octave}: the objective went from ${first} to ${last}`);
  }
  console.log(
    `dream, objective by octave: ${trace.filter((_, i) => i % STEPS === STEPS - 1).map((v) => v.toFixed(0))}`,
  );
}

async function checkStyle(page) {
  const text = await drawn(page, 'cnn-style');
  const distances = [...text.matchAll(/style of (\S+) (\S+) → ([^;\s]+?)[;.]\s/g)];
  assert(distances.length >= 3, text);
  for (const [, layer, first, last] of distances) {
    const [before, after] = [first, last].map((number) => Number(number.replace('−', '-')));
    assert(after < before, `the distance to the style of ${layer} went from ${first} to ${last}`);
    console.log(`distance to the style of ${layer}: ${first}, and then ${last}`);
  }
}

async function useKeyboard(page) {
  await page.evaluate(() => document.querySelector('cnn-style').scrollIntoView());
  await set(page, 'cnn-style', { steps: 400 });
  await says(page, 'cnn-style', /[1-9]\d* of 400 steps/);
  await focus(page, 'cnn-style', 'Pause');
  await page.keyboard.press('Enter');
  await says(page, 'cnn-style', /Paused\./);
  await page.evaluate(() => new Promise((next) => setTimeout(next, 1000)));
  const held = await textOf(page, 'cnn-style');
  await page.evaluate(() => new Promise((next) => setTimeout(next, 1000)));
  assert.equal(await textOf(page, 'cnn-style'), held, 'a paused figure goes on');
  const newest = await pictureOf(page, 'cnn-style', 'image');
  await focus(page, 'cnn-style', '.scrubber');
  await page.keyboard.press('Home');
  await says(page, 'cnn-style', /step 0 of [1-9]/);
  assert.notEqual(await pictureOf(page, 'cnn-style', 'image'), newest, 'the scrubber changes nothing');
  await page.keyboard.press('End');
  // The reader gives the style less weight while the picture is at work
  await set(page, 'cnn-style', { styleWeight: 0.5 });
  await focus(page, 'cnn-style', 'Resume');
  const { trace } = await snapshotOf(page, 'cnn-style');
  await page.keyboard.press('Space');
  await page.waitForFunction(
    (known) => document.querySelector('cnn-style').drawn.result.images[0].snapshot.trace.length > known,
    {},
    trace.length,
  );
  const { trace: then } = await snapshotOf(page, 'cnn-style');
  const jump = then[trace.length] - trace.at(-1);
  assert(jump > 0.3 * Math.abs(trace.at(-1)), `the objective changes by ${jump} where the style weighs less`);
  await page.evaluate(() => document.querySelector('cnn-style').stop());
  console.log('keyboard: pause, look back, resume with another weight');

  await set(page, 'cnn-dream', { frames: 3, octaves: 2, steps: 2 });
  await page.evaluate(() => document.querySelector('cnn-dream').scrollIntoView());
  await says(page, 'cnn-dream', /frame 3 of 3: 224×224 pixels/);
  await done(page, 'cnn-dream');
  const frames = new Set();
  for (let i = 0; i < 40 && frames.size < 3; i++) {
    frames.add(await pictureOf(page, 'cnn-dream', 'film'));
    await page.evaluate(() => new Promise((next) => setTimeout(next, 70)));
  }
  assert.equal(frames.size, 3, `${frames.size} frames are shown`);
  await focus(page, 'cnn-dream', 'Hold the zoom');
  await page.keyboard.press('Enter');
  await says(page, 'cnn-dream', /Play the zoom/);
  console.log('a zoom of three frames is played, and held by the keyboard');
}

/** Errors of the page in one view. */
export async function visitInversions(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/inversions.html?steps=${STEPS}`, view, 'inversions');
  const { page, errors } = visit;
  const painted = [
    ['cnn-dream', 'picture'],
    ['cnn-dream', 'image'],
    ['cnn-style', 'painting'],
    ['cnn-style', 'image'],
  ];
  if (existsSync(join(root, 'components/cnn-inversion'))) {
    await drawn(page, 'cnn-inversion');
    await goThroughLayers(page);
    painted.push(['cnn-inversion', 'image']);
  }
  await checkDream(page);
  await checkStyle(page);
  await checkTasks(visit);
  for (const [figure, part] of painted) {
    const colours = await coloursOf(page, figure, part);
    assert(colours > 100, `${figure}, ${part}: ${colours} colours`);
  }
  await checkShift(visit);
  await checkPage(visit);
  if (view.name === 'desktop') {
    await useKeyboard(page);
    await checkPage(visit, 'inversions-zoom');
  }
  await page.close();
  return errors;
}
