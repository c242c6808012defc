// npm run live-soak [-- --minutes 10]: watches fire2 live from Chromium's fake webcam, guided backpropagation included, for so
// long. Prints how long frames take and what is held after each minute; fails where anything grows.
import { parseArgs } from 'node:util';
import { main, setUp } from './setup.mjs';

/** Long enough for the faster shaders of long runs to be compiled: they take the place of the first ones. */
const WARM_FRAMES = 150;
const WARM_MS = 60_000;
/** JIT code and caches of the browser come and go by so much. */
const HEAP_SLACK_BYTES = 2e6;
const HEAP_READINGS = 5;
const LIMIT_MS = 120_000;

/** In the page: keeps the times of frames and a way to the counters. */
function watch() {
  globalThis.soak = { ms: [], at: [] };
  addEventListener('cnn-load', ({ model }) => (globalThis.soak.counters = () => model.backend.counters));
  addEventListener('cnn-error', ({ error }) => (globalThis.soak.error = error.message));
  addEventListener('cnn-frame', ({ result }) => {
    globalThis.soak.ms.push(result.ms);
    globalThis.soak.at.push(performance.now());
  });
}

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];
const summary = (values) => `p50 ${quantile(values, 0.5).toFixed(0)} ms, p95 ${quantile(values, 0.95).toFixed(0)} ms`;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Bytes in use after the garbage is gone; the least of several readings, since each may meet a frame in the making. */
async function heapOf(devtools) {
  const readings = [];
  for (let i = 0; i < HEAP_READINGS; i++) {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage');
    readings.push(usedSize + backingStorageSize);
  }
  return Math.min(...readings);
}

/** What is held. */
async function held(page, devtools) {
  const heap = await heapOf(devtools);
  const { Nodes, JSEventListeners } = await page.metrics();
  const { frames, error, ...counters } = await page.evaluate(() => {
    const { ms, error, counters } = globalThis.soak;
    const { buffers, bytes, pipelines } = counters();
    return { frames: ms.length, error, buffers, bytes, pipelines };
  });
  if (error) throw new Error(error);
  return { frames, ...counters, heap, nodes: Nodes, listeners: JSEventListeners };
}

const describe = ({ frames, buffers, bytes, pipelines, heap, nodes, listeners }) =>
  `${frames} frames; GPU ${buffers} buffers, ${(bytes / 1e6).toFixed(2)} MB, ${pipelines} pipelines; ` +
  `heap ${(heap / 1e6).toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners`;

/** What is more at the end than at the start. */
function growth(start, end) {
  const more = ['buffers', 'bytes', 'pipelines', 'listeners'].filter((what) => end[what] > start[what]);
  if (end.heap > start.heap + HEAP_SLACK_BYTES) more.push('heap');
  return more.map((what) => `${what}: ${start[what]} → ${end[what]}`);
}

await main(async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} makes no sense`);
  await setUp();
  const [{ build }, { site }, { serve }, { FAKE_WEBCAM, launchChrome, observe }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
    import('./launch.mjs'),
  ]);
  await build(site());
  const server = await serve();
  const browser = await launchChrome(FAKE_WEBCAM);
  try {
    const page = await browser.newPage();
    const faults = [];
    observe(page, (kind, text) => {
      if (kind === 'error' || kind === 'fault') faults.push(text);
    });
    await page.setViewport({ width: 1280, height: 900 });
    await page.evaluateOnNewDocument(watch);
    await page.goto(`${server.url}/site/activations.html?webcam`, { waitUntil: 'domcontentloaded' });
    await page.evaluate(() => document.querySelector('cnn-activations').scrollIntoView());
    const began = performance.now();
    const warm = (count) => globalThis.soak.error !== undefined || globalThis.soak.ms.length >= count;
    await page.waitForFunction(warm, { timeout: LIMIT_MS }, WARM_FRAMES);
    await sleep(Math.max(0, WARM_MS - (performance.now() - began)));

    const devtools = await page.createCDPSession();
    const start = await held(page, devtools);
    console.log(`start: ${describe(start)}`);
    let end = start;
    for (let minute = 1; minute <= Math.ceil(minutes); minute++) {
      await sleep(60_000 * Math.min(1, minutes - minute + 1));
      end = await held(page, devtools);
      console.log(`${Math.min(minute, minutes)} min: ${describe(end)}`);
    }
    const { ms, at } = await page.evaluate(() => globalThis.soak);
    const gaps = at.slice(start.frames).map((time, i) => time - at[start.frames + i - 1]);
    console.log(`a frame takes ${summary(ms.slice(start.frames))}; from frame to frame ${summary(gaps)}`);
    const faulty = [...faults, ...growth(start, end)];
    if (end.frames === start.frames) faulty.push('there were no frames');
    if (faulty.length) throw new Error(`live-soak failed\n${faulty.join('\n')}`);
    console.log(`${end.frames - start.frames} frames in ${minutes} min: nothing grows`);
  } finally {
    await browser.close();
    server.close();
  }
});
