// How long the page stands still while a figure loads, compiles and runs, and in which code.
import { observe } from '../launch.mjs';

/** From here on a task is long (W3C Long Tasks API). */
export const LIMIT_MS = 50;
const PATIENCE_MS = 300_000;
const LOADS = 5;
/** Between page loads: a page that is closed may have left the GPU's process large shaders to compile. */
const PAUSE_MS = 5_000;
/** Categories of a trace that {@link readTrace} reads. */
export const TRACED = ['-*', 'toplevel', 'blink.user_timing', 'disabled-by-default-v8.cpu_profiler'];

/** In the page: makes a figure work, and marks when it begins, has its network, and is drawn. */
function work(name, step, limit) {
  return new Promise((resolve, reject) => {
    const figure = document.querySelector(name);
    const mark = (what) => performance.mark(`${step} ${what}`);
    const finish = () => resolve(mark('to'));
    const once = { once: true };
    mark('from');
    figure.addEventListener('cnn-load', () => mark('loaded'), once);
    figure.addEventListener('cnn-error', ({ error }) => reject(new Error(error.message)), once);
    figure.addEventListener('cnn-result', finish, once);
    setTimeout(() => reject(new Error(`${name} is not drawn after ${limit} ms`)), limit);
    if (step === 'again') void figure.restart();
    else figure.scrollIntoView();
    if (step !== 'again' && figure.phase === 'result') finish();
  });
}

/** Of what a trace needs to know of tasks and marks. */
const TASKS = ['-*', 'toplevel', 'blink.user_timing'];

/** Traces the tasks of a page's main thread, from before its first; `stop` gives them. */
export async function traceMainThread(page) {
  await page.evaluateOnNewDocument(() => performance.mark('page from'));
  await page.tracing.start({ categories: TASKS });
  return {
    stop: async () => readTrace(JSON.parse(Buffer.from(await page.tracing.stop()).toString())).tasks,
  };
}

/** What a trace says of the thread on which the page's own marks were made; times in ms. */
export function readTrace({ traceEvents }) {
  const marked = traceEvents.filter(({ cat, name }) => cat === 'blink.user_timing' && / (from|loaded|to)$/.test(name));
  const { pid, tid } = marked[0];
  const marks = Object.fromEntries(marked.map(({ name, ts }) => [name, ts / 1000]));
  const tasks = traceEvents
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && /RunTask$/.test(event.name))
    .map(({ ts, dur = 0, tdur = dur }) => ({
      from: ts / 1000,
      to: (ts + dur) / 1000,
      ms: dur / 1000,
      // Some tasks come without the time of their thread, which is at most the time on the clock.
      cpuMs: tdur / 1000,
    }));
  return { marks, tasks, samples: readSamples(traceEvents, pid, tid) };
}

/** Samples of the profiler: when, for how long, and in which function. */
function readSamples(events, pid, tid) {
  const profile = events.find((event) => event.name === 'Profile' && event.pid === pid && event.tid === tid);
  if (!profile) return [];
  const functions = new Map();
  let at = profile.args.data.startTime;
  const samples = [];
  const chunks = events.filter(
    (event) => event.name === 'ProfileChunk' && event.pid === pid && event.id === profile.id,
  );
  for (const { args } of chunks.sort((a, b) => a.ts - b.ts)) {
    const { cpuProfile = {}, timeDeltas = [] } = args.data;
    for (const { id, callFrame } of cpuProfile.nodes ?? []) functions.set(id, callFrame);
    for (const [i, id] of (cpuProfile.samples ?? []).entries()) {
      at += timeDeltas[i];
      samples.push({ at: at / 1000, ms: timeDeltas[i] / 1000, frame: functions.get(id) });
    }
  }
  return samples;
}

/** The functions in which most of a task's time was spent. */
export function describeCode(samples, { from, to }) {
  const spent = new Map();
  for (const { at, ms, frame } of samples) {
    if (at < from || at > to || !frame) continue;
    // What has no address of the page is the driver of this bench, whose addresses name files.
    const file = frame.url?.startsWith('http') ? frame.url.split('/').at(-1) : 'outside';
    const name = frame.functionName || `(anonymous) ${file}:${frame.lineNumber + 1}`;
    spent.set(name, (spent.get(name) ?? 0) + ms);
  }
  const top = [...spent].sort(([, a], [, b]) => b - a).slice(0, 3);
  return top.map(([name, ms]) => `${name} ${ms.toFixed(0)}`).join(', ');
}

/**
 * The gallery as a reader opens it: the page and its first figure from nothing, the same once more with everything
 * compiled, then the other figure.
 */
async function readGallery({ browser, url }, before, after) {
  const page = await browser.newPage();
  try {
    observe(page, (kind, text) => {
      if (kind === 'error' || kind === 'fault') console.error(text);
    });
    await page.setViewport({ width: 1280, height: 900 });
    await before(page);
    await page.goto(`${url}/site/?stride=32`, { waitUntil: 'domcontentloaded' });
    await page.evaluate(work, 'cnn-saliency', 'first', PATIENCE_MS);
    await page.evaluate(work, 'cnn-saliency', 'again', PATIENCE_MS);
    await page.evaluate(work, 'cnn-occlusion', 'other', PATIENCE_MS);
    return await after(page);
  } finally {
    await page.close();
  }
}

/** Durations of the tasks that the browser itself calls long, ms. */
function observeLongTasks(context) {
  const listen = () => {
    globalThis.longTasks = [];
    const keep = (list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration));
    new PerformanceObserver(keep).observe({ type: 'longtask', buffered: true });
  };
  return readGallery(
    context,
    (page) => page.evaluateOnNewDocument(listen),
    (page) => page.evaluate(() => globalThis.longTasks),
  );
}

/** The longest task of each step and the busiest, and what it did. */
async function traceTasks(context) {
  const { marks, tasks, samples } = await readGallery(
    context,
    (page) => page.tracing.start({ categories: TRACED }),
    async (page) => readTrace(JSON.parse(Buffer.from(await page.tracing.stop()).toString())),
  );
  const loaded = marks['first loaded'] ?? marks['first from'];
  const steps = [
    ['page and network load', tasks[0].from, loaded],
    ['saliency, compile and first run', loaded, marks['first to']],
    ['saliency, run again', marks['again from'], marks['again to']],
    ['occlusion, compile and run', marks['other from'], marks['other to']],
  ];
  return steps.map(([what, from, to]) => {
    const within = tasks.filter((task) => task.from < to && task.to > from);
    const most = (key) => within.reduce((a, b) => (b[key] > a[key] ? b : a));
    const [longest, busiest] = [most('ms'), most('cpuMs')];
    return {
      figure: what,
      'took, ms': to - from,
      'longest task, ms': longest.ms,
      'its CPU ms': longest.cpuMs,
      'most CPU ms of a task': busiest.cpuMs,
      'spent in, ms': describeCode(samples, busiest),
    };
  });
}

/** Time from opening the gallery until its first figure is drawn: without WebGPU, and on its software adapter. */
export async function measureFirstFigure(context) {
  const [{ build }, { site }, { openPage }] = await Promise.all([
    import('esbuild'),
    import('../../esbuild.config.mjs'),
    import('../smoke/visit.mjs'),
  ]);
  await build(site());
  const backends = ['cpu', 'webgpu'];
  const samples = { cpu: [], webgpu: [] };
  for (let load = 0; load < (context.quick ? 1 : LOADS); load++) {
    for (const on of backends) {
      const view = { name: on, width: 1280, height: 900 };
      const cpuBefore = await context.cpuMs();
      const { page, errors } = await openPage(context.browser, `${context.url}/site/?stride=32`, view, 'first figure', {
        on,
        traced: false,
        waitUntil: 'domcontentloaded',
      });
      await page.evaluate(work, 'cnn-saliency', 'first', PATIENCE_MS);
      const ms = await page.evaluate(() => performance.getEntriesByName('first to')[0].startTime);
      samples[on].push({ ms, coreMs: (await context.cpuMs()) - cpuBefore });
      if (errors.length) throw new Error(errors.join('\n'));
      await page.close();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  const middle = (on, key) => samples[on].map((sample) => sample[key]).sort((a, b) => a - b)[samples[on].length >> 1];
  const rows = backends.map((on) => ({
    backend: on === 'cpu' ? 'cpu, in a browser without WebGPU' : 'webgpu, on the software adapter',
    'until the first figure, ms': middle(on, 'ms'),
    'core-ms': middle(on, 'coreMs'),
    loads: samples[on].length,
  }));
  const goals = ['ms', 'coreMs'].map((key) => ({
    text: `gallery without WebGPU: ${key === 'ms' ? 'time' : 'CPU time'} until the first figure, of the software adapter's`,
    reached: (100 * middle('cpu', key)) / middle('webgpu', key),
    bound: { atMost: 50 },
    unit: '%',
  }));
  return { rows, goals };
}

/** Counts long tasks in several page loads, then traces one more, which slows it down, to tell what the tasks are. */
export async function measureLongTasks(context) {
  const [{ build }, { site }] = await Promise.all([import('esbuild'), import('../../esbuild.config.mjs')]);
  await build(site());
  const loads = context.quick ? 1 : LOADS;
  const long = [];
  for (let load = 0; load < loads; load++) {
    long.push(...(await observeLongTasks(context)));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  const rows = await traceTasks(context);
  const text = `gallery: tasks over ${LIMIT_MS} ms in ${loads} page loads (Long Tasks API)`;
  const found = long.length > 0 ? [`Long tasks, ms: ${long.map((ms) => ms.toFixed(0)).join(', ')}.`] : [];
  return {
    rows,
    goals: [{ text, reached: long.length, bound: { atMost: 0 }, unit: '' }],
    notes: [
      ...found,
      'The table is of a page load that is traced, which takes longer. Where a task takes much longer than its CPU time, other processes had the cores.',
    ],
  };
}
