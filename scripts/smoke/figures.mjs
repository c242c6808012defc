// What the parts of npm run smoke ask figures.
import assert from 'node:assert/strict';

const DRAWN_MS = 180_000;

export const textOf = (page, selector) =>
  page.evaluate((name) => document.querySelector(name).shadowRoot.textContent.replace(/\s+/g, ' '), selector);

/** Waits until the figure is drawn, or for what it says went wrong; what it says. */
export async function done(page, selector) {
  await page.waitForFunction(
    (name) => ['result', 'error'].includes(document.querySelector(name).phase),
    { timeout: DRAWN_MS },
    selector,
  );
  const text = await textOf(page, selector);
  assert.equal(await page.evaluate((name) => document.querySelector(name).phase, selector), 'result', text);
  return text;
}

/** Brings the figure into view first. */
export async function drawn(page, selector) {
  await page.evaluate((name) => document.querySelector(name).scrollIntoView(), selector);
  return done(page, selector);
}

/** Waits until the text of a figure matches; what it says. */
export async function says(page, selector, pattern) {
  try {
    await page.waitForFunction(
      (name, source) =>
        new RegExp(source).test(document.querySelector(name)?.shadowRoot?.textContent.replace(/\s+/g, ' ') ?? ''),
      { timeout: DRAWN_MS },
      selector,
      pattern.source,
    );
  } catch {
    throw new Error(`${selector} does not say ${pattern}: ${await textOf(page, selector)}`);
  }
  return textOf(page, selector);
}

/** Different colours of the first canvas of a part. */
export const coloursOf = (page, selector, part) =>
  page.evaluate(
    (name, which) => {
      const canvas = document.querySelector(name).shadowRoot.querySelector(`canvas[part=${which}]`);
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    },
    selector,
    part,
  );

/** The pixels of the first canvas of a part, as text to be compared. */
export const pictureOf = (page, selector, part) =>
  page.evaluate(
    (name, which) => document.querySelector(name).shadowRoot.querySelector(`canvas[part=${which}]`).toDataURL(),
    selector,
    part,
  );

/** A blank canvas has a single colour. */
export async function expectPainted(page, selector, part, atLeast) {
  const found = await coloursOf(page, selector, part);
  assert(found >= atLeast, `${selector}, ${part}: ${found} colours, at least ${atLeast} expected`);
  console.log(`${selector}, ${part}: ${found} colours`);
}
