// Pages of one's own making: the figure in what other people's tools build, and with the script from several places.
import { join } from 'node:path';
import { serve } from '../serve.mjs';
import { host } from './host.mjs';
import { folders, PACKAGE, pageFolder, PROJECT, version } from './project.mjs';
import { ANYONE } from './visit.mjs';

const FIGURE = '<cnn-saliency src="photo.jpg" method="gradient"></cnn-saliency><cnn-trainer></cnn-trainer>';
const pageWith = (scripts) =>
  `<!doctype html><meta charset="utf-8" /><title>Page</title><link rel="icon" href="data:," />${scripts}${FIGURE}`;
/** A script from which the page's checks are called. */
const lone = (address) => `<script type="module">globalThis.unpool = await import('${address}');</script>`;

const SCRIPT = 'dist/unpool.min.js';
/** What README.md says to keep beside a copied script. */
const BESIDE = ['worker', 'cpu-worker', 'cpu-more', 'cpu-host', 'learning', 'mechanism', 'umap', 'zh'];

const figureFolder = (name, scripts, files) => pageFolder(name, pageWith(scripts), { files });

/** A page whose script comes from another origin, at which `map` lies. */
async function fromElsewhere(name, map, path) {
  const other = await serve(0, { find: folders(map), headers: ANYONE });
  const page = await host(folders({ '/': figureFolder(name, lone(other.url + path)) }));
  return { url: page.url, close: () => [page, other].forEach(({ close }) => close()) };
}

/** Training is a file beside the script, and asks there for the script: a second one where the page has it from another address. */
const TWICE = /^Unpool is on this page more than once/;

/** What to open, by name, and what visit.mjs is to expect of it. */
export const bundles = (tools) => ({
  'vite build at /repo/': { open: tools.viteBuild },
  'vite 7 dev': { workerless: true, open: tools.vite7Dev },
  'vite 8 dev': { twice: true, open: tools.vite8Dev },
  webpack: {
    open: async () => {
      await tools.webpackBuild();
      return host(folders({ '/': figureFolder('webpack', '<script defer src="main.js"></script>') }));
    },
  },
  'esbuild --splitting': {
    publicCopy: true,
    workerless: true,
    open: async () => {
      await tools.esbuildSplitting();
      const folder = figureFolder('esbuild-splitting', '<script type="module" src="main.js"></script>');
      return host(folders({ '/': folder }, join(folder, 'index.html')));
    },
  },
  'esbuild without options': {
    publicCopy: true,
    workerless: true,
    open: async () => {
      await tools.esbuildPlain();
      return host(folders({ '/': figureFolder('esbuild-plain', '<script defer src="main.js"></script>') }));
    },
  },
  'next at /repo/': {
    open: async () => {
      await tools.nextBuild();
      return host(folders({ '/repo/': join(PROJECT, 'out') }), '/repo/');
    },
  },
  'script of another origin': { open: () => fromElsewhere('other', { '/lib/': PACKAGE }, `/lib/${SCRIPT}`) },
  'short address of a CDN': {
    says: TWICE,
    open: () => {
      const address = `/npm/unpool@${version()}`;
      return fromElsewhere('short', { [`${address}/`]: PACKAGE, [address]: join(PACKAGE, SCRIPT) }, address);
    },
  },
  'script and models/ beside a page': {
    open: () => {
      const beside = BESIDE.map((name) => [`js/${name}.js`, `dist/${name}.js`]);
      const files = { 'js/unpool.min.js': SCRIPT, ...Object.fromEntries(beside), models: 'models' };
      return host(folders({ '/': figureFolder('beside', lone('./js/unpool.min.js'), files) }));
    },
  },
  'script alone beside a page': {
    says: TWICE,
    publicCopy: true,
    workerless: true,
    open: () => host(folders({ '/': figureFolder('alone', lone('./unpool.min.js'), { 'unpool.min.js': SCRIPT }) })),
  },
  'two script addresses': {
    says: TWICE,
    open: () => {
      const scripts = lone('/a/dist/unpool.min.js') + lone('/b/dist/unpool.min.js');
      return host(folders({ '/a/': PACKAGE, '/b/': PACKAGE, '/': figureFolder('two', scripts) }));
    },
  },
});
