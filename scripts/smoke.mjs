// npm run smoke: opens the gallery as a reader would, on a desktop, in the dark and on a phone; any error fails.
// Screenshots of the whole page lie in build/screenshots.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

const VIEWS = [
  { name: 'desktop', width: 1280, height: 900, scheme: 'light' },
  { name: 'dark', width: 1280, height: 900, scheme: 'dark' },
  { name: 'phone', width: 390, height: 844, scheme: 'light', isMobile: true, hasTouch: true },
];

/** Scrolls through the page, so that elements that start near the viewport do. */
async function readThrough(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    scrollTo(0, 0);
  });
  await page.waitForNetworkIdle();
}

/** Errors of the page in one view. */
async function visit(browser, url, { name, scheme, ...viewport }) {
  const page = await browser.newPage();
  const errors = [];
  const { observe } = await import('./launch.mjs');
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') errors.push(`${name}: ${text}`);
  });
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url, { waitUntil: 'networkidle0' });
  await readThrough(page);
  const path = join(root, `build/screenshots/${name}.png`);
  await page.screenshot({ path, fullPage: true });
  console.log(`build/screenshots/${name}.png`);
  await page.close();
  return errors;
}

await main(async () => {
  await setUp();
  const [{ build }, { site }, { serve }, { launchChrome }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
    import('./launch.mjs'),
  ]);
  await build(site());
  mkdirSync(join(root, 'build/screenshots'), { recursive: true });
  const server = await serve();
  const browser = await launchChrome();
  const errors = [];
  for (const view of VIEWS) errors.push(...(await visit(browser, `${server.url}/site/`, view)));
  await browser.close();
  server.close();
  if (errors.length) throw new Error(errors.join('\n'));
  console.log('no errors');
});
