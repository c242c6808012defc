// node scripts/strangers/screenshots.mjs [view …]: every element as it looks in strangers' pages, into build/screenshots,
// to be looked at. Printed pages become PDF.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from '../setup.mjs';

const DARK = 'body { background: #14181f; color: #dfe5ee; font: 16px/1.5 Georgia, serif; }';
const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** The colours of the reader's system instead of the page's. */
const FORCED = {
  features: [
    { name: 'forced-colors', value: 'active' },
    { name: 'prefers-color-scheme', value: 'dark' },
  ],
};

/** Style sheets of pages, and how they are looked at. */
const VIEWS = {
  wide: { width: 1280 },
  flex: { width: 1280, css: '.place { display: flex; }' },
  cell: { width: 1280, css: '.place { display: table-cell; }' },
  phone: { width: 390, touch: true },
  narrow: { width: 320, touch: true },
  dark: { width: 1000, css: DARK },
  rtl: { width: 1000, dir: 'rtl' },
  zoom: { width: 640, scale: 2 },
  forced: { width: 1000, forced: true },
  long: { width: 700, attributes: { alt: LONG }, inner: `<p slot="caption">${LONG}</p>` },
  print: { width: 1000, paper: true },
  'print-dark': { width: 1000, paper: true, css: DARK },
  unprinted: { width: 1000, paper: true, early: true },
};

async function visit(browser, url, name, { observe, figures }) {
  const { width, touch = false, scale = 1, forced = false, paper, early, ...content } = VIEWS[name];
  const page = await browser.newPage();
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') console.log(`${name}: ${text}`);
  });
  await page.setViewport({ width, height: 900, isMobile: touch, hasTouch: touch, deviceScaleFactor: scale });
  // Puppeteer has no name for these.
  if (forced) await page.createCDPSession().then((session) => session.send('Emulation.setEmulatedMedia', FORCED));
  await page.goto(url + figures.writePage(name, content), { waitUntil: 'load' });
  for (const tag of early ? [] : figures.tags()) {
    await figures.drawn(page, tag).catch((error) => console.log(`${name}: ${error.message}`));
    if (!paper) await page.$(tag).then((figure) => figure.screenshot({ path: at(name, `${tag}.png`) }));
  }
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (beyond > 0) console.log(`${name}: the page is ${beyond} px wider than the screen`);
  if (paper) await page.pdf({ path: at(name, 'page.pdf'), format: 'a4' });
  console.log(`build/screenshots/${name}`);
  await page.close();
}

const at = (view, file) => {
  mkdirSync(join(root, 'build/screenshots', view), { recursive: true });
  return join(root, 'build/screenshots', view, file);
};

await main(async () => {
  await setUp();
  const [figures, { launchChrome, observe }, { serve }] = await Promise.all([
    import('./figures.mjs'),
    import('../launch.mjs'),
    import('../serve.mjs'),
  ]);
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(VIEWS);
  const unknown = chosen.filter((name) => !(name in VIEWS));
  if (unknown.length) throw new Error(`there is no view "${unknown[0]}"; there are ${Object.keys(VIEWS).join(', ')}`);
  await figures.bundleElements();
  const server = await serve();
  const browser = await launchChrome();
  try {
    for (const name of chosen) await visit(browser, server.url, name, { observe, figures });
  } finally {
    await browser.close();
    server.close();
  }
});
