// Pages of frameworks and of Next, of the figures that the guide has for them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { coloursOf, drawn, pictureOf } from '../smoke/figures.mjs';
import { snippet } from '../snippets.mjs';
import { host } from './host.mjs';
import { folders, PHOTO, PROJECT } from './project.mjs';

const GUIDE = 'bundlers-and-frameworks.md';

/** What the guide has for each tool, to where the pages and the types of test/consumers take it from. */
const SNIPPETS = [
  ['Vite and webpack', 'js', 'vite-main.js'],
  ['Next', 'tsx', 'next.tsx'],
  ['React', 'tsx', 'react.tsx'],
  ['Vue', 'vue', 'Figure.vue'],
  ['Vue', 'mjs', 'vue-settings.mjs'],
  ['Svelte', 'svelte', 'Figure.svelte'],
];

/** Writes the snippets of the guide into the project. */
export function writeSnippets() {
  const folder = join(PROJECT, 'types/guide');
  mkdirSync(folder, { recursive: true });
  for (const [heading, language, name] of SNIPPETS)
    writeFileSync(join(folder, name), snippet(GUIDE, heading, language));
  // Next would install a compiler for TypeScript
  const { outputText } = ts.transpileModule(snippet(GUIDE, 'Next', 'tsx'), {
    compilerOptions: { jsx: 'preserve', module: 'esnext', target: 'es2022' },
  });
  mkdirSync(join(PROJECT, 'app/guide'), { recursive: true });
  writeFileSync(join(PROJECT, 'app/guide/page.jsx'), outputText);
}

const NETWORK = 'SqueezeNet 1.1, weights stored as float16';

/** A figure of the guide as it is. */
async function judgeFigure(page) {
  await page.waitForSelector('cnn-saliency');
  await drawn(page, 'cnn-saliency');
  const colours = await coloursOf(page, 'cnn-saliency', 'map');
  assert(colours > 100, `the map has ${colours} colours`);
  return [`${colours} colours`];
}

/** A figure of the guide that says the name of its network when that is there. */
async function judgeListened(page, { logged }) {
  const words = await judgeFigure(page);
  assert.deepEqual(logged, [NETWORK], 'what the guide’s figure says when its network is there');
  return [...words, 'event'];
}

/** The figure of the guide, and the one whose attributes, flag and event are bound. */
async function judgeBound(page, expected) {
  const words = await judgeListened(page, expected);
  await drawn(page, '#bound');
  const said = (text) =>
    page.waitForFunction((wanted) => document.querySelector('#said').textContent === wanted, { timeout: 20_000 }, text);
  const hasControls = () =>
    page.evaluate(() => document.querySelector('#bound').shadowRoot.querySelector('[part=controls]') !== null);
  await said('saliency');
  assert.equal(await hasControls(), false, 'a flag that is true');
  const before = await pictureOf(page, '#bound', 'map');
  await page.click('#change');
  await said('saliency guided-backprop');
  assert.notEqual(await pictureOf(page, '#bound', 'map'), before, 'another method draws another map');
  assert.equal(await hasControls(), true, 'a flag that is false');
  return [...words, 'attributes, flag and event bound'];
}

const built = (build) => async () => {
  const folder = await build();
  return host(folders({ '/bee.jpg': PHOTO, '/': folder }));
};

/** What to open, by name. */
export const frameworkPages = (tools) => ({
  'guide: Vite': { open: built(() => tools.frameworkBuild('vanilla')), judge: judgeFigure },
  'guide: Next': {
    open: async () => {
      await tools.nextBuild();
      return host(folders({ '/repo/': join(PROJECT, 'out'), '/bee.jpg': PHOTO }), '/repo/guide/');
    },
    judge: judgeListened,
  },
  'guide: React': { open: built(() => tools.frameworkBuild('react')), judge: judgeBound },
  'guide: Next’s page hydrated': { open: built(() => tools.hydratedBuild()), judge: judgeListened },
  'guide: Vue': { open: built(() => tools.frameworkBuild('vue')), judge: judgeBound },
  'guide: Svelte': { open: built(() => tools.frameworkBuild('svelte')), judge: judgeBound },
});
