// What is looked at in pages that are made of the guides' snippets.
import assert from 'node:assert/strict';
import { drawn } from '../smoke/figures.mjs';

/** A blank canvas has a single colour. */
const AT_LEAST = 20;
/** Every place may be of the same class. */
const CANVASES = 'canvas[part]:not([part=classes])';

/** Names all figures of a page or frame by an attribute; their tags. */
const markFigures = (target) =>
  target.evaluate(() => {
    const figures = [...document.querySelectorAll('*')].filter(({ localName }) => localName.startsWith('cnn-'));
    for (const [i, figure] of figures.entries()) figure.dataset.figure = i;
    return figures.map(({ localName }) => localName);
  });

/** The different colours of each canvas of a figure, the least first. */
const coloursOf = (target, selector) =>
  target.evaluate(
    (which, wanted) => {
      const canvases = [...document.querySelector(which).shadowRoot.querySelectorAll(wanted)];
      return canvases
        .map((canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        })
        .sort((a, b) => a - b);
    },
    selector,
    CANVASES,
  );

/** Every figure of a page or frame is drawn, and no canvas is blank. Returns words for the table. */
export async function judgeFigures(target) {
  await target.waitForFunction(
    () => {
      const figures = [...document.querySelectorAll('*')].filter(({ localName }) => localName.startsWith('cnn-'));
      return figures.length > 0 && figures.every((figure) => figure.matches(':defined'));
    },
    { timeout: 60_000 },
  );
  const tags = await markFigures(target);
  assert(tags.length > 0, 'there is no figure');
  const least = [];
  for (const [i] of tags.entries()) {
    const selector = `[data-figure="${i}"]`;
    await drawn(target, selector);
    least.push(...(await coloursOf(target, selector)).slice(0, 1));
  }
  // Diagrams have none
  assert(least.length > 0, 'there is no canvas');
  assert(Math.min(...least) >= AT_LEAST, `a canvas has ${Math.min(...least)} colours`);
  return [`${tags.map((tag) => tag.slice('cnn-'.length)).join(' + ')}, ${least.join(', ')} colours`];
}
