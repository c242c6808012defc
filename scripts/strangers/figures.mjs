// Every element as a stranger's page might have it, with settings that draw it within seconds: what the checks of this
// folder open.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const FOLDER = 'build/strangers';
const DRAWN_MS = 180_000;

const PHOTO = { src: '/site/corpus/photo-european-honey-bee.jpg', alt: 'a honey bee on a flower' };
const CORPUS = `/${FOLDER}/corpus.json`;

/** Attributes of each element. */
const FIGURES = {
  'cnn-activations': { ...PHOTO, layer: 'fire2', channel: '3' },
  'cnn-adversarial': { ...PHOTO, epsilons: '2, 4', steps: '2' },
  'cnn-bench': { runs: '1' },
  'cnn-class-model': { target: 'bee', steps: '4' },
  'cnn-dream': { ...PHOTO, layer: 'fire3', octaves: '1', steps: '2' },
  'cnn-embedding': { corpus: CORPUS, iterations: '50', perplexity: '3' },
  'cnn-feature': { channels: 'fire2: 3, 17', steps: '4' },
  'cnn-filters': { layer: 'conv1' },
  'cnn-graph': { layer: 'conv1' },
  'cnn-inversion': { ...PHOTO, layers: 'conv1, fire3', steps: '4' },
  'cnn-mechanism': { ...PHOTO, step: '3' },
  'cnn-occlusion': { ...PHOTO, size: '16', stride: '16' },
  'cnn-saliency': { ...PHOTO, method: 'guided-backprop' },
  'cnn-style': { ...PHOTO, painting: '/site/corpus/photo-grass.jpg', 'painting-alt': 'grass', steps: '4' },
  'cnn-top-patches': { corpus: CORPUS, layer: 'fire2', channels: '17, 40', count: '4' },
  'cnn-training': { recording: 'fashion-mnist', preprocessing: '', count: '40', iterations: '20', units: '3' },
};
/** The bundled network on small pictures: all that can be seen of it, in a fraction of the time. */
const NETWORK = {
  manifest: '/models/models.json',
  preprocessing: '{ "preset": "caffe", "height": 64, "width": 64, "resize": "stretch" }',
};

/** Names of all elements. Throws where one has no attributes here, so that none is left out. */
export function tags() {
  const names = readdirSync(join(root, 'components')).filter((name) => name.startsWith('cnn-'));
  const unknown = names.filter((name) => !(name in FIGURES));
  if (unknown.length > 0) throw new Error(`scripts/strangers/figures.mjs has no attributes for ${unknown.join(', ')}`);
  return names;
}

/** Writes a page with all elements, each in a `<div class="place">` under the style sheet `css`; its path. */
export function writePage(name, { css = '', dir = 'ltr', attributes = {}, inner = '' } = {}) {
  mkdirSync(join(root, FOLDER), { recursive: true });
  const quoted = (value) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const figures = tags().map((tag) => {
    const all = Object.entries({ ...NETWORK, ...FIGURES[tag], ...attributes });
    const written = all.map(([key, value]) => `${key}="${quoted(value)}"`);
    return `<div class="place"><${tag} ${written.join(' ')}>${inner}</${tag}></div>`;
  });
  const head = `<meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${name}</title><link rel="icon" href="/site/photos/coffee.jpg" /><link rel="stylesheet" href="${name}.css" />
<script type="module" src="/build/pages/index.js"></script>`;
  const page = `<!doctype html><html lang="en" dir="${dir}"><head>${head}</head><body>${figures.join('\n')}</body></html>`;
  writeFileSync(join(root, FOLDER, `${name}.css`), css);
  writeFileSync(join(root, FOLDER, `${name}.html`), page);
  writeFileSync(join(root, FOLDER, 'corpus.json'), JSON.stringify(smallCorpus()));
  return `/${FOLDER}/${name}.html`;
}

/** Some of the pictures of the site's corpus. */
function smallCorpus() {
  const { images } = JSON.parse(readFileSync(join(root, 'site/corpus/index.json'), 'utf8'));
  const few = images.filter((_, i) => i % 7 === 0);
  return { images: few.map((image) => ({ ...image, file: `/site/corpus/${image.file}` })) };
}

/** Bundles what the pages load. */
export async function bundleElements() {
  const [{ build }, { page }] = await Promise.all([import('esbuild'), import('../../esbuild.config.mjs')]);
  await build(page('components/index.ts'));
}

/** Brings an element into view and waits until it is drawn; what it says went wrong otherwise. */
export async function drawn(page, tag) {
  await page.evaluate(
    (name, limit) =>
      new Promise((resolve, reject) => {
        const figure = document.querySelector(name);
        const failed = () => reject(new Error(`${name}: ${figure.error?.message ?? 'no reason'}`));
        const look = () => (figure.phase === 'result' ? resolve() : figure.phase === 'error' ? failed() : undefined);
        figure.addEventListener('cnn-result', () => resolve());
        figure.addEventListener('cnn-error', failed);
        figure.scrollIntoView({ block: 'center' });
        look();
        setTimeout(() => reject(new Error(`${name} is not drawn after ${limit} ms: ${figure.phase}`)), limit);
      }),
    tag,
    DRAWN_MS,
  );
  await page.evaluate((name) => document.querySelector(name).updateComplete.then(() => undefined), tag);
}
