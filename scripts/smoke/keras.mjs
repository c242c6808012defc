// The part of npm run smoke that opens networks of Keras, whose layers have names with colons and slashes: six figures of
// each, on a page that is made here. Their weights are drawn, so maps mean nothing: they are drawn, named and laid out.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { page as bundle } from '../../esbuild.config.mjs';
import { root } from '../setup.mjs';
import { drawn, says } from './figures.mjs';
import { checkPage, checkShift, openPage, VIEWS } from './visit.mjs';

const FOLDER = 'build/keras';
const PHOTO = { src: '/site/corpus/photo-european-honey-bee.jpg', alt: 'a honey bee on a flower' };

/** Of each network a layer in its middle, by the name of the tensor that it makes. */
const LAYERS = {
  mobilenet: 'mobilenet_0.25_96_1/conv_pw_5_relu_1/Relu6:0',
  efficientnet: 'efficientnetb0_1/block3a_activation_1/mul_1:0',
  functional: 'StatefulPartitionedCall/net/branch:b/separable_conv2d:0',
};

/** Attributes of each figure, of a layer and the side of the network's input. */
const figuresOf = (layer, side) => ({
  'cnn-saliency': PHOTO,
  'cnn-activations': { ...PHOTO, layer, channel: '1', paused: '' },
  'cnn-occlusion': { ...PHOTO, size: `${side / 4}`, stride: `${side / 4}`, layer },
  'cnn-filters': {},
  'cnn-graph': { layer },
  'cnn-feature': { layer, channels: '1', steps: '2' },
});

/** Writes the network with weights, and the page with its figures. */
function write(name, withWeights) {
  const at = join(root, `test/zoo/nets/keras-${name}`);
  const likeness = JSON.parse(readFileSync(`${at}.json`, 'utf8'));
  const bytes = withWeights(gunzipSync(readFileSync(`${at}.onnx.gz`)), likeness, 5);
  writeFileSync(join(root, FOLDER, `${name}.onnx`), bytes);
  const figures = Object.entries(figuresOf(LAYERS[name], name === 'functional' ? 64 : 96)).map(([tag, attributes]) => {
    const all = Object.entries({ model: `/${FOLDER}/${name}.onnx`, ...attributes });
    const written = all.map(([key, value]) => `${key}="${value}"`).join(' ');
    return `<section aria-labelledby="${tag}-title"><h2 id="${tag}-title">${tag}</h2><${tag} ${written}></${tag}></section>`;
  });
  writeFileSync(
    join(root, FOLDER, `${name}.html`),
    `<!doctype html><html lang="en"><head><meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="color-scheme" content="light dark" />
<title>${name} of Keras</title><link rel="icon" href="/site/icon.svg" /><link rel="stylesheet" href="/site/gallery.css" />
<style>main :not(:defined) { display: block; min-height: 100vh; }</style><script type="module" src="/build/pages/index.js"></script></head>
<body><header><h1>${name} of Keras</h1></header><main>${figures.join('\n')}</main></body></html>`,
  );
}

let written;

/** The elements, and the pages of all networks. */
async function writePages() {
  const drawing = { ...bundle('test/zoo/weights.ts'), platform: 'node', outdir: FOLDER, entryNames: '[name]' };
  mkdirSync(join(root, FOLDER), { recursive: true });
  await Promise.all([build(bundle('components/index.ts')), build({ ...drawing, outExtension: { '.js': '.mjs' } })]);
  const { withWeights } = await import(pathToFileURL(join(root, FOLDER, 'weights.mjs')));
  for (const name of Object.keys(LAYERS)) write(name, withWeights);
}

/** Errors of the pages in one view: each network is drawn once, and looked at as a desktop, in the dark and on a phone. */
export async function visitKeras(browser, url, view) {
  if (view !== VIEWS[0]) return [];
  await (written ??= writePages());
  const all = [];
  for (const [name, layer] of Object.entries(LAYERS)) {
    const visit = await openPage(browser, `${url}/${FOLDER}/${name}.html`, view, `keras-${name}`, { traced: false });
    const { page, errors } = visit;
    for (const tag of Object.keys(figuresOf(layer, 0))) await drawn(page, tag);
    await checkShift(visit);
    const end = layer.slice(-20, -2);
    for (const tag of ['cnn-activations', 'cnn-occlusion', 'cnn-graph', 'cnn-feature'])
      await says(page, tag, new RegExp(end));
    for (const { name: look, scheme, width, height } of VIEWS) {
      // Not as a touch device: that would load the page anew.
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await checkPage(visit, `keras-${name}-${look}`);
    }
    assert(await page.evaluate(() => document.querySelector('cnn-graph').shadowRoot.querySelector('.box.chosen')));
    await page.close();
    all.push(...errors);
  }
  return all;
}
