// npm run live-soak [-- --minutes 10] [--figure occlusion|trainer] [--backend webgpu]: watches fire2 live from Chromium's fake webcam,
// guided backpropagation included, for so long; or has one heat map after the other made; or lets a network learn. Without WebGPU,
// unless it is named. Prints how long frames take and what is held after each minute, by the page and its Workers, and by its
// process; fails where anything grows.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pssOfRenderers } from './bench/peak.mjs';
import { main, root, setUp } from './setup.mjs';

/** Long enough for the faster shaders of long runs to be compiled: they take the place of the first ones. */
const WARM_MS = 60_000;
/** JIT code and caches of the browser come and go by so much. */
const HEAP_SLACK_BYTES = 2e6;
const HEAP_READINGS = 5;
/** Listeners that wait for the end of what is under way come and go too; frames that leave one each leave hundreds. */
const LISTENER_SLACK = 5;
const LIMIT_MS = 120_000;

/** Memory that a process has from the system comes and goes by so much; a leak of 1 MB a second would be 600 MB in ten minutes. */
const PROCESS_SLACK_BYTES = 40e6;

/**
 * Where a figure is, or alone on a page of its own, what it says of each frame, and in so many of them everything has been made
 * that is kept.
 */
const FIGURES = {
  activations: {
    address: 'site/activations.html?webcam',
    name: 'cnn-activations',
    event: 'cnn-frame',
    warmFrames: 150,
  },
  occlusion: { address: 'site/?stride=32', name: 'cnn-occlusion', event: 'cnn-result', warmFrames: 15 },
  trainer: {
    address: 'pages/cnn-trainer.html',
    name: 'cnn-trainer',
    event: 'cnn-step',
    warmFrames: 100,
    alone: true,
  },
};

/** A page of one element that stands on no page of the site by itself. */
async function buildAlone({ name }) {
  const [{ build }, { page }] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  await build(page(`components/${name}/${name}.ts`));
  mkdirSync(join(root, 'build/pages'), { recursive: true });
  const script = `<script type="module" src="${name}.js"></script>`;
  writeFileSync(
    join(root, `build/pages/${name}.html`),
    `<!doctype html><title>${name}</title><link rel="icon" href="data:," />${script}<${name}></${name}>`,
  );
}

/** In the page: keeps the times of frames and a way to the counters. */
function watch({ name, event }) {
  globalThis.soak = { ms: [], at: [] };
  addEventListener('cnn-load', ({ target, model }) => {
    if (target.localName === name) globalThis.soak.backend = () => model.backend;
  });
  // It learns when somebody starts it.
  addEventListener('cnn-result', ({ target }) => {
    if (target.localName !== name || !target.trainer || globalThis.soak.backend) return;
    globalThis.soak.backend = () => target.trainer.backend;
    void target.start();
  });
  addEventListener('cnn-error', ({ error }) => (globalThis.soak.error = error.message));
  addEventListener(event, ({ target, result }) => {
    if (target.localName !== name) return;
    // A training tells how long all of it took.
    const { ms, total = 0 } = globalThis.soak;
    ms.push(target.trainer ? result.ms - total : result.ms);
    globalThis.soak.total = result.ms;
    globalThis.soak.at.push(performance.now());
    if (event === 'cnn-result') setTimeout(() => void target.restart());
  });
}

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];
const summary = (values) => `p50 ${quantile(values, 0.5).toFixed(0)} ms, p95 ${quantile(values, 0.95).toFixed(0)} ms`;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What is in use after the garbage is gone; the least of several readings, since each may meet a frame in the making. */
async function inUse(page, devtools) {
  const readings = [];
  for (let i = 0; i < HEAP_READINGS; i++) {
    let bytes = 0;
    for (const session of [devtools, ...page.workers().map(({ client }) => client)]) {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
      bytes += usedSize + backingStorageSize;
    }
    const { Nodes, JSEventListeners } = await page.metrics();
    readings.push({ heap: bytes, nodes: Nodes, listeners: JSEventListeners });
  }
  const least = (what) => Math.min(...readings.map((reading) => reading[what]));
  return { heap: least('heap'), nodes: least('nodes'), listeners: least('listeners') };
}

/** What is held. */
async function held(page, devtools, system) {
  const used = { ...(await inUse(page, devtools)), process: await pssOfRenderers(system) };
  const { frames, error, ...counters } = await page.evaluate(() => {
    const { ms, error, backend } = globalThis.soak;
    if (error) return { error };
    const { counters, adapter } = backend();
    const { buffers, bytes, pipelines } = counters;
    return { frames: ms.length, error, on: adapter.name, buffers, bytes, pipelines };
  });
  if (error) throw new Error(error);
  return { frames, ...counters, workers: page.workers().length, ...used };
}

const describe = ({ frames, on, buffers, bytes, pipelines, workers, heap, nodes, listeners, process }) =>
  `${frames} frames; ${on}: ${buffers} buffers, ${(bytes / 1e6).toFixed(2)} MB, ${pipelines} pipelines; ${workers} Workers; ` +
  `heaps ${(heap / 1e6).toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners; process ${(process / 1e6).toFixed(0)} MB`;

/** What is more at the end than at the start. */
function growth(start, end) {
  const more = ['buffers', 'bytes', 'pipelines', 'workers'].filter((what) => end[what] > start[what]);
  if (end.listeners > start.listeners + LISTENER_SLACK) more.push('listeners');
  if (end.heap > start.heap + HEAP_SLACK_BYTES) more.push('heap');
  if (end.process > start.process + PROCESS_SLACK_BYTES) more.push('process');
  return more.map((what) => `${what}: ${start[what]} → ${end[what]}`);
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      figure: { type: 'string', default: 'activations' },
      backend: { type: 'string', default: 'cpu' },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} makes no sense`);
  const figure = FIGURES[values.figure];
  if (!figure) throw new Error(`--figure ${values.figure} is none of ${Object.keys(FIGURES).join(', ')}`);
  await setUp();
  const [{ build }, { site }, { serve }, { FAKE_WEBCAM, launchChrome }, { openPage }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
    import('./launch.mjs'),
    import('./smoke/visit.mjs'),
  ]);
  if (figure.alone) await buildAlone(figure);
  else await build(site());
  const server = await serve();
  const browser = await launchChrome(FAKE_WEBCAM);
  try {
    const view = { name: values.backend, width: 1280, height: 900 };
    const { page, errors } = await openPage(browser, `${server.url}/${figure.address}`, view, values.figure, {
      waitUntil: 'domcontentloaded',
      before: watch,
      beforeArgs: [figure],
      on: values.backend,
      traced: false,
    });
    await page.evaluate((name) => document.querySelector(name).scrollIntoView(), figure.name);
    const began = performance.now();
    const warm = (count) => globalThis.soak.error !== undefined || globalThis.soak.ms.length >= count;
    await page.waitForFunction(warm, { timeout: LIMIT_MS }, figure.warmFrames);
    await sleep(Math.max(0, WARM_MS - (performance.now() - began)));

    const devtools = await page.createCDPSession();
    const system = await browser.target().createCDPSession();
    const start = await held(page, devtools, system);
    console.log(`start: ${describe(start)}`);
    let end = start;
    for (let minute = 1; minute <= Math.ceil(minutes); minute++) {
      await sleep(60_000 * Math.min(1, minutes - minute + 1));
      end = await held(page, devtools, system);
      console.log(`${Math.min(minute, minutes)} min: ${describe(end)}`);
    }
    const { ms, at } = await page.evaluate(() => globalThis.soak);
    const gaps = at.slice(start.frames).map((time, i) => time - at[start.frames + i - 1]);
    console.log(`a frame takes ${summary(ms.slice(start.frames))}; from frame to frame ${summary(gaps)}`);
    const faulty = [...errors, ...growth(start, end)];
    if (end.frames === start.frames) faulty.push('there were no frames');
    if (faulty.length) throw new Error(`live-soak failed\n${faulty.join('\n')}`);
    console.log(`${end.frames - start.frames} frames in ${minutes} min: nothing grows`);
  } finally {
    await browser.close();
    server.close();
  }
});
