// npx unpool render: a page is rendered, and what it says then is shown without a GPU and without a network, as it was drawn.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { folderFor, unpool } from './cli.mjs';
import { pathOf, PHOTO } from './support.mjs';

const { executablePath, env } = findChrome();
// Of the commands that the tests type
Object.assign(process.env, env, { UNPOOL_BROWSER: executablePath });

const FIGURES = `<cnn-saliency id="why" src="bee.jpg" alt="a > b" method="guided-backprop"></cnn-saliency>
<div style="height: 5000px"></div>
<CNN-Filters Layer=conv1 start=click></CNN-Filters>
<details><cnn-occlusion\r
  src="bee.jpg" size='64' stride="48" start="never"
>Nothing to be seen.</cnn-occlusion></details>`;

/** In Latin-1: not every byte makes sense in UTF-8. */
const page = (figures, script = 'unpool/unpool.min.js') =>
  Buffer.from(
    `<!doctype html>\n<meta charset="latin1"><title>A <cnn-figure>, \xe4</title>
<script type="module" src="${script}"></script>\n<!-- <cnn-saliency src="bee.jpg"> -->\n${figures}\n`,
    'latin1',
  );

/** A folder with a page, a photo, the script and the networks. */
async function siteFor(t, html) {
  const at = await folderFor(t);
  await writeFile(at('page.html'), html);
  await copyFile(PHOTO, at('bee.jpg'));
  await symlink(pathOf('dist'), at('unpool'));
  await symlink(pathOf('models'), at('models'));
  return at;
}

/** Of what each canvas of a figure shows, sorted. Runs in the page. */
async function digests(figure) {
  const canvases = [...figure.shadowRoot.querySelectorAll('canvas')].filter(({ width, height }) => width * height > 0);
  const each = canvases.map(async (canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    copy.getContext('2d').drawImage(canvas, 0, 0);
    const { data } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  });
  return [...new Set(await Promise.all(each))].sort();
}

describe('render', () => {
  let browser;
  before(async () => (browser = await puppeteer.launch({ executablePath, env, headless: true, args: CHROME_FLAGS })));
  after(() => browser.close());

  /** Opens a page of a folder, and lets something be done with each figure; resolves to what that gives. */
  async function visit(at, wait, { isAlone }) {
    const server = await serve(0, { find: (path) => at(path.slice(1)) });
    const tab = await browser.newPage();
    try {
      const blocked = [];
      await tab.evaluateOnNewDocument(() => delete Navigator.prototype.gpu);
      await tab.setRequestInterception(isAlone);
      tab.on('request', (request) => {
        if (!isAlone) return;
        const isNetwork = /models\/|\.onnx/.test(request.url());
        if (isNetwork) blocked.push(request.url());
        void (isNetwork ? request.abort() : request.continue());
      });
      await tab.goto(`${server.url}/page.html`, { waitUntil: 'load' });
      const figures = await tab.$$('cnn-saliency, cnn-filters, cnn-occlusion');
      const shown = [];
      for (const figure of figures) {
        await figure.evaluate(wait);
        shown.push(await figure.evaluate(digests));
      }
      return { shown, blocked };
    } finally {
      await tab.close();
      server.close();
    }
  }

  /** Live, as a reader sees it who asks for each. */
  const drawn = (at) =>
    visit(
      at,
      async (figure) => {
        await customElements.whenDefined(figure.localName);
        if (figure.parentElement.localName === 'details') figure.parentElement.open = true;
        figure.scrollIntoView();
        await figure.updateComplete;
        await figure.restart();
        await new Promise((resolve) => setTimeout(resolve, 300));
        if (figure.phase !== 'result') throw new Error(`${figure.localName}: ${figure.phase}`);
      },
      { isAlone: false },
    );
  const stored = (at) =>
    visit(
      at,
      async (figure) => {
        const end = performance.now() + 20_000;
        while (!figure.shadowRoot?.querySelector('.stored')) {
          if (performance.now() > end || figure.phase === 'error') throw new Error(`${figure.localName} is not shown`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      { isAlone: true },
    );

  it('stores the figures of a page, which are shown as they were drawn, with nothing but the page', async (t) => {
    const before = page(FIGURES);
    const at = await siteFor(t, before);
    const live = await drawn(at);

    const first = await unpool(['render', at('page.html'), '--progress']);
    assert.equal(first.code, 0, first.stderr);
    assert((await readFile(at('page.html'))).equals(before), 'without --update the page stays as it is');
    assert.match(
      first.stdout,
      /^<cnn-saliency id="why">, line 5: result="figures\/why.unpool" poster="figures\/why.webp" \(/,
    );
    assert.match(first.stdout, /\n<cnn-occlusion>, line 8: result="figures\/cnn-occlusion-1.unpool" /);
    assert.match(first.stderr, /% of <cnn-filters>, figure 2 of 3: /);

    const { code, stdout, stderr } = await unpool(['render', at('page.html'), '--update', '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const said = JSON.parse(stdout);
    assert.equal(said.isUpdated, true);
    const after = await readFile(at('page.html'));
    const names = ['why', 'cnn-filters-1', 'cnn-occlusion-1'];
    const attributes = names.map((name) => ({ result: `figures/${name}.unpool`, poster: `figures/${name}.webp` }));
    assert.deepEqual(
      said.figures.map((figure) => figure.attributes),
      attributes,
    );
    const written = attributes.map(({ result, poster }) => ` result="${result}" poster="${poster}"`);
    const without = written.reduce((html, each) => html.replace(each, ''), after.toString('latin1'));
    assert.equal(without, before.toString('latin1'), 'nothing else is changed');
    assert.deepEqual(
      (await readdir(at('figures'))).sort(),
      names.flatMap((name) => [`${name}.unpool`, `${name}.webp`]).sort(),
    );

    const { shown, blocked } = await stored(at);
    assert.equal(shown.length, 3);
    for (const pictures of shown) assert(pictures.length > 0);
    assert.deepEqual(shown, live.shown, 'the same pixels');
    assert.deepEqual(blocked, []);
    for (const name of names) {
      const file = gunzipSync(await readFile(at(`figures/${name}.unpool`))).toString('utf8');
      assert.doesNotMatch(file, /127\.0\.0\.1/, 'where it was served for a while');
      const head = (await readFile(at(`figures/${name}.webp`))).subarray(0, 12).toString('latin1');
      assert.match(head, /^RIFF....WEBP$/s);
    }

    // Again, with another setting: what was stored is replaced, and says nothing
    await writeFile(at('page.html'), after.toString('latin1').replace('guided-backprop', 'gradient'), 'latin1');
    await rm(at('figures/cnn-filters-1.unpool'));
    assert.equal((await unpool(['render', at('page.html'), '--update'])).code, 0);
    const again = await stored(at);
    assert.deepEqual(again.shown.slice(1), live.shown.slice(1));
    assert.notDeepEqual(again.shown[0], live.shown[0]);
    assert.equal(
      (await readFile(at('page.html'))).toString('latin1'),
      after.toString('latin1').replace('guided-backprop', 'gradient'),
    );
  });

  it('keeps what is right where a figure fails, and what its author has stored', async (t) => {
    const at = await siteFor(
      t,
      page(
        '<cnn-saliency></cnn-saliency><cnn-filters layer="fire99"></cnn-filters><cnn-graph></cnn-graph>',
        'nowhere.js',
      ),
    );
    const { code, stdout } = await unpool([
      'render',
      at('page.html'),
      '--update',
      '--poster',
      'png',
      '--out',
      at('a b'),
    ]);
    assert.equal(code, 1);
    const lines = stdout.trim().split('\n');
    assert.match(
      lines[0],
      /its script does not come: \S+nowhere.js \(HTTP 404\); its figures are drawn by the unpool.min.js of/,
    );
    assert.match(lines[1], /^<cnn-saliency>, line 5: failed: it does not begin: No picture yet.$/);
    assert.match(lines[2], /^<cnn-filters>, line 5: failed: .*fire99/);
    assert.match(lines[3], /^<cnn-graph>, line 5: result="a%20b\/cnn-graph-1.unpool" poster="a%20b\/cnn-graph-1.png" /);
    assert.match(lines[4], /^1 of 3 figures are in .*page.html is updated$/);
    const html = await readFile(at('page.html'), 'latin1');
    assert.match(html, /<cnn-graph result="a%20b\/cnn-graph-1.unpool" poster="a%20b\/cnn-graph-1.png">/);

    await mkdir(at('mine'));
    await copyFile(at('a b/cnn-graph-1.unpool'), at('mine/graph.unpool'));
    await writeFile(at('page.html'), page('<cnn-graph poster="old.png" result="mine/graph.unpool"></cnn-graph>'));
    assert.equal((await unpool(['render', at('page.html'), '--update'])).code, 0);
    assert.match(
      await readFile(at('page.html'), 'latin1'),
      /<cnn-graph poster="figures\/cnn-graph-1.webp" result="mine\/graph.unpool">/,
    );
    assert.deepEqual(await readdir(at('figures')), ['cnn-graph-1.webp']);
  });

  it('renders figures that scripts make, and says of pages what is wrong with them', async (t) => {
    const at = await siteFor(
      t,
      page('<base href="deep/"><script>document.write("<cnn-graph></cnn-graph>")</script>', '../unpool/unpool.min.js'),
    );
    const made = await unpool(['render', at('page.html'), '--update', '--json']);
    assert.equal(made.code, 0, made.stderr);
    const said = JSON.parse(made.stdout);
    assert.deepEqual([said.isUpdated, said.figures[0].attributes.result], [false, '../figures/cnn-graph-1.unpool']);
    await writeFile(at('none.html'), '<!doctype html><!-- <cnn-graph> -->');
    await writeFile(at('host.html'), '<!doctype html><base href="https://example.com/"><cnn-graph></cnn-graph>');
    await writeFile(at('slow.html'), page('<cnn-class-model target="3" steps="2000"></cnn-class-model>'));
    for (const [file, options, words] of [
      ['none.html', [], /none.html: there is no figure on the page\.$/],
      ['host.html', [], /<base href="https:\/\/example.com\/">: its addresses lead to another host/],
      ['page.html', ['--browser', at('bee.jpg')], /bee.jpg: the browser does not start; got /],
    ]) {
      const { code, stderr } = await unpool(['render', at(file), ...options]);
      assert.equal(code, 1);
      assert.match(stderr.trim(), words);
      assert.equal(stderr.trim().split('\n').length, 1);
    }
    const slow = await unpool(['render', at('slow.html'), '--timeout', '2']);
    assert.equal(slow.code, 1);
    assert.match(
      slow.stdout,
      /<cnn-class-model>, line 5: failed: it is not drawn within 2 s. Give it more by --timeout.\n0 of 1/,
    );
  });

  it('renders pages on the web, and what learns after so many steps', async (t) => {
    const at = await siteFor(t, page('<cnn-trainer id="learner"></cnn-trainer>'));
    const server = await serve(0, { find: (path) => at(path.slice(1)) });
    t.after(() => server.close());
    const args = ['render', `${server.url}/page.html`, '--out', at('drawn'), '--steps', '7', '--json'];
    const { code, stdout, stderr } = await unpool(args);
    assert.equal(code, 0, stderr);
    const [{ attributes, line }] = JSON.parse(stdout).figures;
    assert.deepEqual([attributes, line], [{ result: 'drawn/learner.unpool', poster: 'drawn/learner.webp' }, undefined]);
    const { numbers } = JSON.parse(gunzipSync(await readFile(at('drawn/learner.unpool'))).toString('utf8'));
    assert.deepEqual([numbers.step, numbers.curves.loss.length, numbers.settings.seed], [7, 7, 1]);

    await writeFile(at('none.html'), '<!doctype html><cnn-graph></cnn-graph>');
    const none = ['render', `${server.url}/none.html`, '--out', at('drawn')];
    assert.match(
      (await unpool(none)).stderr,
      /the page defines no figures; got it has no script of Unpool\. Name the script by/,
    );
    const given = await unpool([...none, '--script', `${server.url}/unpool/unpool.min.js`]);
    assert.equal(given.code, 0, given.stderr);
  });

  it('does what the guide shows', async (t) => {
    const guide = await readFile(pathOf('docs/guides/command-line.md'), 'utf8');
    const [before, after] = [...guide.matchAll(/```html\n(.*?)```/gs)].map(([, html]) => html);
    const at = await siteFor(t, before);
    for (const name of await readdir(pathOf('dist')))
      if (name.endsWith('.js')) await symlink(pathOf(`dist/${name}`), at(name));
    assert.match(guide, /^npx unpool render page.html --update$/m);
    const { code, stderr } = await unpool(['render', at('page.html'), '--update']);
    assert.equal(code, 0, stderr);
    assert.equal(await readFile(at('page.html'), 'utf8'), after);
  });

  it('ends with what it has after Ctrl-C', async (t) => {
    const at = await siteFor(
      t,
      page('<cnn-graph></cnn-graph><cnn-class-model target="3" steps="2000"></cnn-class-model><cnn-graph></cnn-graph>'),
    );
    const { code, stdout } = await unpool(['render', at('page.html'), '--update', '--progress'], {
      breakOffAt: /% of <cnn-class-model>/,
    });
    assert.equal(code, 130);
    assert.match(stdout, /^<cnn-graph>, line 5: .*\n1 of 3 figures are in .* is updated\n$/);
    assert.match(
      await readFile(at('page.html'), 'latin1'),
      /<cnn-graph result="[^"]*" poster="[^"]*"><\/cnn-graph><cnn-class-model target="3" steps="2000">/,
    );
  });

  it('says what to install, and which browsers were looked for', async (t) => {
    const at = await siteFor(t, page(FIGURES));
    const bare = (program, variables) => {
      const others = { ...process.env, UNPOOL_BROWSER: '' };
      return spawnSync(process.execPath, [program, 'render', at('page.html')], {
        cwd: at('.'),
        encoding: 'utf8',
        env: { ...others, ...variables },
      });
    };
    const none = bare(pathOf('dist/cli.js'), { PATH: at('.') });
    assert.equal(none.status, 1);
    if (process.platform === 'linux')
      assert.match(none.stderr, /there is no browser .* looked for google-chrome-stable, .*UNPOOL_BROWSER\.\n$/);
    // Away from where the package is
    await mkdir(at('alone/dist'), { recursive: true });
    await writeFile(at('alone/package.json'), '{"type": "module"}');
    for (const name of (await readdir(pathOf('dist'))).filter((name) => name.endsWith('.js')))
      await copyFile(join(pathOf('dist'), name), at(`alone/dist/${name}`));
    const { status, stderr } = bare(at('alone/dist/cli.js'), { UNPOOL_BROWSER: executablePath });
    assert.deepEqual(
      [status, stderr],
      [1, 'unpool: pages are rendered by the package puppeteer-core, which is not here. npm install puppeteer-core\n'],
    );
  });
});
