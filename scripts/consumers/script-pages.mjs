// Pages with a script tag, in frames and under policies, of the snippets that the guides have for them.
import assert from 'node:assert/strict';
import { guides, snippet } from '../snippets.mjs';
import { judgeFigures } from './figures.mjs';
import { page, site } from './host.mjs';
import { ANYONE, whereWorkIsDone } from './visit.mjs';

const TAG = 'script-tag.md';
const OWN_SITE = 'On your own site';

const single = (name, html, headers) => () => site(name, { 'index.html': html })('/', headers);

/** The program of the guide writes what the network takes the photo for. */
async function judgeProgram(target, { logged }) {
  const start = Date.now();
  while (logged.length === 0 && Date.now() - start < 60_000) await new Promise((again) => setTimeout(again, 50));
  assert.equal(logged.length, 1);
  return ['classes in the console'];
}

/** Elements that come later are fetched then, in their language; those of a shadow root are, when somebody says so. */
async function judgeLater(target) {
  await target.evaluate(() => {
    const host = Object.assign(document.createElement('div'), { id: 'shadow' });
    host.attachShadow({ mode: 'open' }).innerHTML = '<cnn-bench></cnn-bench>';
    document.body.append(host, Object.assign(document.createElement('cnn-graph'), { lang: 'zh' }));
  });
  const words = await judgeFigures(target);
  const before = await target.evaluate(() => customElements.get('cnn-bench'));
  assert.equal(before, undefined, 'an element of a shadow root was fetched');
  await target.evaluate(async () => {
    const { discover } = await import('/unpool/dist/autoload.js');
    await discover(document.querySelector('#shadow').shadowRoot);
  });
  assert(await target.evaluate(() => customElements.get('cnn-bench') !== undefined));
  const text = await target.evaluate(() => document.querySelector('cnn-graph').shadowRoot.textContent);
  assert.match(text, /\p{Script=Han}/u);
  return words;
}

/** A page of one's own site, with the line of the guide by which it asks no other host. */
const offline = (backend) =>
  page(
    snippet('documents.md', 'Quarto', 'html'),
    snippet('policies-and-offline.md', 'Offline', 'html') +
      (backend ? `<meta name="unpool-backend" content="${backend}" />` : ''),
  );

/** The headers of the guide, the stricter first. */
function policy(index) {
  const text = snippet('policies-and-offline.md', 'Content-Security-Policy', 'http', index);
  return Object.fromEntries([/^([\w-]+): (.*)$/m.exec(text).slice(1)]);
}

/** The second policy with what the guide's table says of trusted types. */
function trustedTypes() {
  const { text } = guides.find(({ name }) => name === 'policies-and-offline.md');
  const [, directive] = /^\| `(require-trusted-types-for[^`]*)` \| nothing: figures are drawn under it/m.exec(text);
  return Object.fromEntries(Object.entries(policy(1)).map(([header, rules]) => [header, `${rules}; ${directive}`]));
}

/** Where the figure says that it was computed. */
const judgeBackend = (pattern) => async (target) => {
  const words = await judgeFigures(target);
  const said = await target.evaluate(
    () => document.querySelector('cnn-saliency').shadowRoot.querySelector('[part=adapter]').textContent,
  );
  assert.match(said, pattern);
  return [...words, said.trim().split('. ').at(-1)];
};

/** The frame of the guide around a page of another origin, with another `sandbox` if that is given. */
function framed(name, sandbox) {
  return async () => {
    const inner = await site(name, { 'figure.html': offline() })('/', ANYONE);
    const frame = snippet('documents.md', 'Moodle, and frames', 'html').replace('https://example.org/', inner.url);
    assert(frame.includes(inner.url), 'the frame of the guide has another address');
    const own = sandbox ? frame.replace(/sandbox="[^"]*"/, `sandbox="${sandbox}"`) : frame;
    const outer = await site(`${name}-outside`, { 'index.html': page(own) })('/');
    return { url: outer.url, close: () => [inner, outer].forEach(({ close }) => close()) };
  };
}

/** The figure in a frame, whose origin is said, and that works in a Worker there too. */
const judgeFramed = (origin) => async (target) => {
  const frame = await (await target.waitForSelector('iframe')).contentFrame();
  const words = await judgeFigures(frame);
  assert.match(await frame.evaluate(() => globalThis.origin), origin);
  const where = await frame.evaluate(`import('/unpool/dist/unpool.min.js').then(${whereWorkIsDone})`);
  assert.equal(where, '12 MP in a Worker');
  return [...words, where];
};

const NO_ORIGIN = /^null$/;

/** What to open, by name. */
export const scriptPages = () => ({
  'guide: a script tag from a CDN': {
    asks: true,
    open: single('tag-cdn', page(snippet(TAG, 'A script tag, and a CDN', 'html'))),
    judge: judgeFigures,
  },
  'guide: a script tag, one element': {
    asks: true,
    open: single('tag-element', page(snippet(TAG, 'Which script', 'html'))),
    judge: judgeFigures,
  },
  'guide: a script tag, own site': {
    open: single('tag-own', page(snippet(TAG, OWN_SITE, 'html'))),
    judge: judgeLater,
  },
  'guide: a script tag, program': {
    open: single('tag-program', page(snippet(TAG, 'From a script', 'html'))),
    judge: judgeProgram,
  },
  'guide: a script tag, figures that follow': {
    open: single(
      'tag-follow',
      page(
        snippet(TAG, 'Figures that follow each other', 'html'),
        snippet('policies-and-offline.md', 'Offline', 'html'),
      ),
    ),
    judge: judgeFigures,
  },
  'guide: a frame': { open: framed('frame'), judge: judgeFramed(NO_ORIGIN) },
  'guide: a frame, only allow-scripts': {
    open: framed('frame-scripts', 'allow-scripts'),
    judge: judgeFramed(NO_ORIGIN),
  },
  'guide: a frame, allow-same-origin': {
    open: framed('frame-same', 'allow-scripts allow-same-origin'),
    judge: judgeFramed(/^http:/),
  },
  'guide: policy, GPU': {
    open: single('policy-gpu', offline('webgpu'), policy(0)),
    judge: judgeBackend(/SwiftShader/i),
  },
  'guide: policy, CPU': { open: single('policy-cpu', offline('cpu'), policy(0)), judge: judgeBackend(/JavaScript/) },
  'guide: policy, trusted types': {
    says: /^This document requires 'TrustedScriptURL' assignment/,
    open: single('policy-types', offline('cpu'), trustedTypes()),
    judge: judgeBackend(/WebAssembly/),
  },
  'guide: policy, WebAssembly': {
    open: single('policy-wasm', offline('cpu'), policy(1)),
    judge: judgeBackend(/WebAssembly/),
  },
});
