// node scripts/article-pictures.mjs [--limit seconds] [id …]: draws the figures of the article and saves what they show
// to site/article/, where readers without scripts or without a device see it. The sizes of the pictures are written into
// the pages. A figure that has not ended after the limit (120 s) is taken as far as it is; one whose element is not
// defined is left alone.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';
import { FRAGMENTS, LANGUAGES } from './site/pages.mjs';

const PAGES = LANGUAGES.map((language) => join(FRAGMENTS, `article.${language}.html`));
const WIDTH = 960;
/** Device pixels per CSS pixel. */
const SCALE = 1.5;

/** Draws the figure alone in its page, and returns its element; undefined where there is none of that name. */
async function draw(page, id, limitMs) {
  const name = await page.evaluate((id) => {
    const figure = document.querySelector(`#figure-${id}`);
    figure.querySelector('.compute')?.click();
    const { localName } = figure.firstElementChild;
    if (!customElements.get(localName)) return undefined;
    for (const other of document.querySelectorAll('figure')) if (other !== figure) other.remove();
    figure.scrollIntoView();
    return localName;
  }, id);
  if (!name) return undefined;
  try {
    const ended = (name) => ['result', 'error'].includes(document.querySelector(name).phase);
    await page.waitForFunction(ended, { timeout: limitMs }, name);
  } catch {
    console.log(`${id}: not ended within ${limitMs / 1000} s`);
  }
  const isWrong = (name) => document.querySelector(name).phase === 'error';
  if (await page.evaluate(isWrong, name)) throw new Error(`${id} is not drawn`);
  // Controls are of no use in a picture, nor is how long this machine took.
  await page.evaluate((name) => {
    const element = document.querySelector(name);
    element.noControls = true;
    const style = document.createElement('style');
    style.textContent = '[part~=status], .files { display: none !important; }';
    element.shadowRoot.append(style);
  }, name);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  return page.$(name);
}

function writeSize(id, width, height) {
  for (const file of PAGES) {
    const before = readFileSync(file, 'utf8');
    const image = new RegExp(String.raw`(article/${id}\.webp"[^>]*?width=")\d+("\s+height=")\d+`);
    writeFileSync(file, before.replace(image, `$1${width}$2${height}`));
  }
}

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { limit: { type: 'string', default: '120' } },
    allowPositionals: true,
  });
  await setUp();
  const [{ build }, { site }, { serve }, { launchChrome }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
    import('./launch.mjs'),
  ]);
  await build(site());
  const server = await serve();
  const browser = await launchChrome();
  mkdirSync(join(root, 'site/article'), { recursive: true });
  try {
    const all = [...readFileSync(PAGES[0], 'utf8').matchAll(/id="figure-([\w-]+)"/g)].map(([, id]) => id);
    for (const id of positionals.length > 0 ? positionals : all) {
      const page = await browser.newPage();
      await page.setViewport({ width: WIDTH, height: 900, deviceScaleFactor: SCALE });
      await page.evaluateOnNewDocument(() => delete Navigator.prototype.gpu);
      await page.goto(`${server.url}/site/article.html`, { waitUntil: 'load' });
      const element = await draw(page, id, Number(values.limit) * 1000);
      if (element) {
        const path = join(root, `site/article/${id}.webp`);
        const bytes = await element.screenshot({ path, type: 'webp', quality: 55 });
        const [width, height] = await page.evaluate(async (base64) => {
          const image = Object.assign(new Image(), { src: `data:image/webp;base64,${base64}` });
          await image.decode();
          return [image.naturalWidth, image.naturalHeight];
        }, Buffer.from(bytes).toString('base64'));
        writeSize(id, width, height);
        console.log(`${id}: ${width} × ${height}, ${bytes.length} bytes`);
      } else console.log(`${id}: its element is not defined`);
      await page.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
});
