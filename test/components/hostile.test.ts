import { expect } from 'chai';
import type { CnnEmbedding, CnnTopPatches } from '../../components/index.ts';
import { httpUrl } from '../../components/internal/link.ts';
import { TOP_CACHE_NAME } from '../../src/corpus/cache.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { onnxFile } from '../onnx/file.ts';
import { itOnGpu } from '../support/backends.ts';
import { mount, next, textOf } from '../support/harness.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT } from '../support/tiny.ts';

/** Counts the scripts of a text that ran. */
const HIT = 'unpoolTestHit';

/** Texts that a stranger may put into a file or an attribute. */
const TEXTS = [
  `javascript:${HIT}()`,
  `JaVa\nScRiPt:${HIT}()`,
  `data:text/html,<script>parent.${HIT}()</script>`,
  `data:text/javascript,${HIT}()`,
  `"><img src=x onerror=${HIT}()><svg onload=${HIT}()><script>${HIT}()</script>`,
  `'\`\${${HIT}()}</style></title><a href="javascript:${HIT}()">x</a>`,
  '\u202eevil\u0000\ufeff\u2066',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(100_000),
];
/** In one, for attributes: each is a figure that is drawn. */
const ALL = TEXTS.join(' ');

const TAGS = [
  'cnn-activations',
  'cnn-adversarial',
  'cnn-bench',
  'cnn-class-model',
  'cnn-dream',
  'cnn-embedding',
  'cnn-feature',
  'cnn-filters',
  'cnn-graph',
  'cnn-inversion',
  'cnn-occlusion',
  'cnn-saliency',
  'cnn-style',
  'cnn-top-patches',
] as const;

let hits = 0;
let base: Readonly<Record<string, string>>;
let files: File[];

const address = (content: BlobPart): string => URL.createObjectURL(new Blob([content]));
const json = (content: unknown): string => address(JSON.stringify(content));

function small<K extends (typeof TAGS)[number]>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[K] {
  const figure = mount(tag, { ...base, ...attributes });
  if ('images' in figure && !figure.hasAttribute('corpus')) figure.images = files;
  return figure;
}

/** The figure is drawn, or says what is wrong, or has had its time. */
function settled(figure: HTMLElement, limitMs: number = 3000): Promise<unknown> {
  return new Promise((resolve) => {
    for (const type of ['cnn-result', 'cnn-error']) figure.addEventListener(type, resolve, { once: true });
    setTimeout(resolve, limitMs);
  });
}

/** Everything in a figure, open shadow roots included. */
function elementsOf(root: ParentNode): Element[] {
  return [...root.querySelectorAll('*')].flatMap((element) =>
    element.shadowRoot ? [element, ...elementsOf(element.shadowRoot)] : [element],
  );
}

/** What no text may bring into a page. */
function expectHarmless(figure: HTMLElement, what: string): void {
  expect(hits, `${what}: scripts that ran`).to.equal(0);
  for (const element of elementsOf(figure.shadowRoot!)) {
    expect(element.localName, what).to.not.match(/^(script|iframe|object|embed|link|base|form|meta|frame)$/);
    for (const { name, value } of element.attributes) {
      expect(name, what).to.not.match(/^on|srcdoc/);
      if (['href', 'xlink:href', 'action', 'formaction'].includes(name)) expect(value, what).to.match(/^(https?:|#)/);
    }
    // Pictures and videos of the figure's own template, which run nothing
    if (element.hasAttribute('src')) expect(element.localName, what).to.match(/^(img|video)$/);
  }
  expect(Object.keys(Object.prototype), what).to.deep.equal([]);
}

async function expectDrawn(figure: HTMLElement & { updateComplete: Promise<boolean> }): Promise<string> {
  await next(figure, 'cnn-result');
  return textOf(figure);
}

describe('texts of strangers', () => {
  before(async () => {
    Object.assign(globalThis, { [HIT]: () => hits++ });
    const random = new Random(4);
    const rgb = Array.from({ length: 40 * 36 * 3 }, () => 256 * random.next());
    const png = await toPng(pictureFromRgb(rgb, 40, 36));
    files = TEXTS.slice(0, -1).map((text) => new File([png], text));
    base = {
      src: address(png),
      painting: address(png),
      steps: '2',
      runs: '1',
      iterations: '5',
      size: '16',
      stride: '16',
    };
  });
  after(() => {
    Reflect.deleteProperty(globalThis, HIT);
  });
  afterEach(async () => {
    await caches.delete(TOP_CACHE_NAME);
  });

  it('become links only where they are addresses of the web', () => {
    for (const text of [...TEXTS, ' javascript:x', 'ftp://x.org/', 'file:///etc/passwd', 'blob:http://x.org/1', '']) {
      expect(httpUrl(text), text.slice(0, 40)).to.equal(undefined);
    }
    expect(httpUrl('https://x.org/"><a>')).to.equal('https://x.org/%22%3E%3Ca%3E');
    expect(httpUrl('HTTP://X.org')).to.equal('http://x.org/');
  });

  // It times shaders, of which there are none on the CPU.
  itOnGpu('are not the folder of other libraries, whose scripts are run', async () => {
    const figure = small('cnn-bench', { peers: `data:text/javascript,${HIT}()//` });
    await expectDrawn(figure);
    await figure.comparePeers();
    await figure.updateComplete;
    expect(figure.shadowRoot!.textContent).to.contain('"peers" is no folder of scripts');
    expectHarmless(figure, 'peers');
  });

  for (const tag of TAGS) {
    it(`are harmless in every attribute of <${tag}>`, async () => {
      const { observedAttributes } = customElements.get(tag) as unknown as { observedAttributes: readonly string[] };
      expect(observedAttributes).to.include('model');
      const figures = observedAttributes.map((name) => ({ name, figure: small(tag, { [name]: ALL }) }));
      await Promise.all(figures.map(({ figure }) => settled(figure)));
      for (const { name, figure } of figures) {
        await figure.updateComplete;
        expectHarmless(figure, `${tag} ${name}`);
      }
    });
  }

  it('are harmless as names of classes, and can be chosen', async () => {
    const figure = small('cnn-saliency', { labels: json(TEXTS.slice(4, 9)), target: 'constructor' });
    expect(await expectDrawn(figure)).to.contain('for constructor');
    figure.shadowRoot!.querySelector<HTMLInputElement>('input[list]')!.focus();
    expect(figure.shadowRoot!.querySelectorAll('option[value]').length).to.be.at.least(5);
    expectHarmless(figure, 'labels');
    const other = small('cnn-occlusion', { labels: json(TEXTS.slice(4, 9)), target: '__proto__' });
    await expectDrawn(other);
    expectHarmless(other, 'labels');
  });

  it('are harmless as names of layers', async () => {
    const weights = { name: 'w', dims: [4, 3, 3, 3], values: new Array<number>(108).fill(0.1) };
    const names = TEXTS.slice(0, -1);
    const nodes = names.map((name, i) => ({
      type: 'Relu',
      name,
      inputs: [i === 0 ? 'c' : names[i - 1]!],
      outputs: [name],
    }));
    const bytes = onnxFile({
      inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
      outputs: [{ name: names.at(-1)! }],
      initializers: [weights],
      nodes: [{ type: 'Conv', name: '"><img onerror=x>', inputs: ['image', 'w'], outputs: ['c'] }, ...nodes],
    });
    const model = address(bytes as Uint8Array<ArrayBuffer>);
    for (const tag of ['cnn-graph', 'cnn-filters', 'cnn-activations', 'cnn-feature'] as const) {
      const figure = small(tag, { model, layer: tag === 'cnn-filters' ? '"><img onerror=x>' : 'constructor' });
      await settled(figure);
      await figure.updateComplete;
      expectHarmless(figure, `${tag}: layers`);
    }
  });

  it('are harmless in a corpus: names, labels, credits and sources', async () => {
    const images = TEXTS.slice(0, -1).map((text, i) => ({
      file: `${base['src']!}#${encodeURIComponent(text)}`,
      label: text,
      title: text,
      author: text,
      licence: text,
      source: i === 5 ? 'https://example.org/"onclick=x' : text,
    }));
    const corpus = json({ images: [...images, ...TEXTS] });
    const patches: CnnTopPatches = small('cnn-top-patches', { corpus, layer: 'active', channels: '0', count: '12' });
    await expectDrawn(patches);
    const links = new Set<string>();
    for (const button of patches.shadowRoot!.querySelectorAll<HTMLElement>('[part=patch]')) {
      button.click();
      await patches.updateComplete;
      expectHarmless(patches, 'corpus in top patches');
      for (const { href } of patches.shadowRoot!.querySelectorAll('a')) links.add(href);
    }
    expect([...links]).to.deep.equal(['https://example.org/%22onclick=x']);

    const map: CnnEmbedding = small('cnn-embedding', { corpus, layer: 'input', perplexity: '2' });
    await expectDrawn(map);
    expectHarmless(map, 'corpus in a map');
  });

  it('are harmless as names of picked files, and in lists that were saved', async () => {
    const figure = small('cnn-top-patches', { layer: 'active', channels: '0', count: '12' });
    const result = new Promise<Event>((resolve) => figure.addEventListener('cnn-result', resolve, { once: true }));
    await expectDrawn(figure);
    expectHarmless(figure, 'names of files');
    const { index } = ((await result) as Event & { result: { index: Record<string, unknown> } }).result;
    const skipped = TEXTS.map((text) => ({ id: text, reason: text }));
    const network = { ...(index['network'] as object), name: ALL };
    const saved = json({ ...index, skipped, network });
    const again = small('cnn-top-patches', { layer: 'active', channels: '0', count: '12', index: saved });
    again.images = undefined;
    again.setAttribute('corpus', json([base['src']]));
    await settled(again);
    await again.updateComplete;
    expectHarmless(again, 'lists');
  });

  it('are harmless in a manifest and in the title of a sheet', async () => {
    const entry = {
      title: ALL,
      file: base['model'],
      bytes: 1,
      sha256: '0'.repeat(64),
      licence: ALL,
      source: `javascript:${HIT}()`,
      input: { name: 'image', ...TINY_INPUT },
      logits: 'scores',
      layers: Object.fromEntries(TEXTS.slice(4, 10).map((name) => [name, 'b'])),
    };
    const figure = small('cnn-saliency', { manifest: json({ constructor: entry }), model: 'constructor' });
    await settled(figure);
    expectHarmless(figure, 'manifest');
    const sheet = {
      sheet: base['src'],
      tile: [8, 8],
      classes: TEXTS.slice(0, 10),
      labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    };
    const map = small('cnn-embedding', {
      corpus: json({ ...sheet, title: ALL, source: ALL, licence: ALL }),
      layer: 'input',
    });
    await settled(map);
    await map.updateComplete;
    expectHarmless(map, 'sheet');
  });
});
