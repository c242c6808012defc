// What can be measured of how drawn figures look: on a small phone, with fingers, on a
// dark page that declares nothing, from right to left, with long words, on paper. screenshots.mjs shows the rest.
import { join } from 'node:path';
import { launchChrome } from '../launch.mjs';
import { root } from '../setup.mjs';
import { bundleElements, drawn, tags, writePage } from './figures.mjs';

const FINGER_PX = 44;
/** So far apart that none is drawn before it is asked for. */
const PAGE = {
  css: 'body { margin: 8px; } .place { display: flex; margin-block-start: 2000px; }',
  inner: '<p>A still picture instead.</p>',
};

/** Runs in the page: faults of an element. They measure what is there, so that a new control is measured too. */
const LOOKS = {
  'prints its author’s words before it is drawn': (figure) => [
    ...(figure.phase === 'poster' ? [] : [`it is not a poster any more but ${figure.phase}`]),
    ...(figure.querySelector('p').checkVisibility() ? [] : ['they are not printed']),
    ...globalThis.seen(figure, '.image-area, .controls, .status, canvas, svg').map(({ name }) => `${name} is printed`),
  ],
  'keeps within a phone': (figure) => globalThis.beyond(figure),
  'suits fingers': (figure, least) =>
    globalThis
      .seen(figure, 'button, select, input, summary')
      .filter(({ height, width }) => height < least || width < Math.min(least, 40))
      .map(({ name, width, height }) => `${name} is ${width.toFixed(0)} × ${height.toFixed(0)} px`),
  'keeps long words within itself': (figure) => {
    const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
    const places =
      'h3, figcaption p, .readout, .measure, .legend, .predictions span:first-child, .name, dd, .error, .status span';
    for (const place of figure.shadowRoot.querySelectorAll(places)) place.textContent = word;
    for (const option of figure.shadowRoot.querySelectorAll('option')) option.textContent = word;
    for (const input of figure.shadowRoot.querySelectorAll('[type=search], [type=text]')) input.value = word;
    return globalThis.beyond(figure);
  },
  'is fit for paper': (figure) => {
    const colours = '.bar, .predictions li, .legend span';
    const controls = globalThis.seen(figure, 'input, select, progress, .controls, .files, [part=status]');
    const lost = [...figure.shadowRoot.querySelectorAll(colours)].filter((part) => {
      const styles = [getComputedStyle(part), getComputedStyle(part, '::before')];
      return styles.every((style) => style.printColorAdjust !== 'exact');
    });
    return [
      ...controls.map(({ name }) => `${name} is printed`),
      ...lost.map(({ className, localName }) => `the colour of ${className || localName} is not printed`),
    ];
  },
};

/** Runs in the page before its scripts. */
function helpers() {
  const name = ({ localName, className, textContent }) =>
    `${localName}.${className.baseVal ?? className} ${textContent.trim().slice(0, 20)}`;
  /** What is seen of `selector` in a figure. */
  globalThis.seen = (figure, selector) =>
    [...figure.shadowRoot.querySelectorAll(selector)]
      .filter((part) => part.checkVisibility() && part.getClientRects().length > 0)
      .map((part) => {
        const { width, height } = part.getBoundingClientRect();
        return { name: name(part), width, height };
      });
  /** What leaves a figure at the side, unless it scrolls or is cut off on purpose. */
  globalThis.beyond = (figure) => {
    const { left, right } = figure.getBoundingClientRect();
    const scrolled = (part) =>
      part.parentElement?.closest('.frame, .diagram, .numbers, .map, .image-area, .probe, svg');
    const parts = [...figure.shadowRoot.querySelectorAll('*')].filter(
      (part) => part.checkVisibility() && !scrolled(part),
    );
    const out = parts.filter((part) => {
      const box = part.getBoundingClientRect();
      return box.width > 0 && (box.left < left - 1 || box.right > right + 1);
    });
    const room = figure.parentElement.getBoundingClientRect();
    return [
      ...out.map((part) => `${name(part)} leaves the figure`),
      ...(right > room.right + 1 ? ['it leaves its room'] : []),
    ];
  };
}

async function measure(page, look) {
  const body = `(figure, least) => (${LOOKS[look]})(figure, least)`;
  return page.evaluate(
    (names, source, px) => {
      const faults = (0, eval)(source);
      return names.map((name) => [name, [...new Set(faults(document.querySelector(name), px))]]);
    },
    tags(),
    body,
    FINGER_PX,
  );
}

/** Contrast of text, as axe finds it, on a page that is dark and says nothing of it. */
async function contrasts(page) {
  await page.evaluate(() => {
    document.body.style.cssText = 'background: #14181f; color: #dfe5ee';
  });
  await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') });
  return page.evaluate(async (names) => {
    const rows = [];
    for (const name of names) {
      const options = { runOnly: ['color-contrast'] };
      const { violations } = await globalThis.axe.run(document.querySelector(name), options);
      rows.push([name, violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 80)))]);
    }
    return rows;
  }, tags());
}

/** Rows for each element and look: `{ name, right, detail }`. */
export async function check(url) {
  await bundleElements();
  const browser = await launchChrome();
  const rows = [];
  const page = await browser.newPage();
  const add = async (look, find = measure) => {
    for (const [tag, faults] of await find(page, look))
      rows.push({ name: `${tag} ${look}`, right: faults.length === 0, detail: faults.slice(0, 3).join('; ') });
  };
  try {
    await page.evaluateOnNewDocument(helpers);
    await page.setViewport({ width: 320, height: 700, isMobile: true, hasTouch: true });
    await page.goto(url + writePage('looks', PAGE));
    await page.waitForFunction((names) => names.every((name) => document.querySelector(name).hasUpdated), {}, tags());
    await page.emulateMediaType('print');
    await add('prints its author’s words before it is drawn');
    await page.emulateMediaType('screen');
    for (const tag of tags()) await drawn(page, tag);
    await add('keeps within a phone');
    await add('suits fingers');
    await add('can be read on a dark page', contrasts);
    await page.emulateMediaType('print');
    await add('is fit for paper');
    await page.emulateMediaType('screen');
    await add('keeps long words within itself');
  } finally {
    await browser.close();
  }
  return rows;
}
