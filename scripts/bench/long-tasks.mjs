// How long the page stands still while a figure loads, compiles and runs, and in which code.
import { observe } from '../launch.mjs';

/** From here on a task is long (W3C Long Tasks API). */
const LIMIT_MS = 50;
const PATIENCE_MS = 300_000;
const ROUNDS = 5;
/** Between rounds: a page that is closed may have left the GPU's process large shaders to compile. */
const PAUSE_MS = 5_000;
const LONGEST = 'longest task, ms';
const CATEGORIES = ['-*', 'toplevel', 'blink.user_timing', 'disabled-by-default-v8.cpu_profiler'];

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

/** What a trace says of the thread on which the page's own marks were made; times in ms. */
function readTrace({ traceEvents }) {
  const marked = traceEvents.filter(({ cat, name }) => cat === 'blink.user_timing' && / (from|loaded|to)$/.test(name));
  const { pid, tid } = marked[0];
  const marks = Object.fromEntries(marked.map(({ name, ts }) => [name, ts / 1000]));
  const tasks = traceEvents
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && /RunTask$/.test(event.name))
    .map(({ ts, dur, tdur }) => ({ from: ts / 1000, to: (ts + dur) / 1000, ms: dur / 1000, cpuMs: tdur / 1000 }));
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
function describeCode(samples, { from, to }) {
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
async function openGallery({ browser, url }) {
  const page = await browser.newPage();
  try {
    observe(page, (kind, text) => {
      if (kind === 'error' || kind === 'fault') console.error(text);
    });
    await page.setViewport({ width: 1280, height: 900 });
    await page.tracing.start({ categories: CATEGORIES });
    await page.goto(`${url}/site/?stride=32`, { waitUntil: 'domcontentloaded' });
    await page.evaluate(work, 'cnn-saliency', 'first', PATIENCE_MS);
    await page.evaluate(work, 'cnn-saliency', 'again', PATIENCE_MS);
    await page.evaluate(work, 'cnn-occlusion', 'other', PATIENCE_MS);
    const { marks, tasks, samples } = readTrace(JSON.parse(Buffer.from(await page.tracing.stop()).toString()));

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
        [LONGEST]: longest.ms,
        'its CPU ms': longest.cpuMs,
        'most CPU ms of a task': busiest.cpuMs,
        'spent in, ms': describeCode(samples, busiest),
      };
    });
  } finally {
    await page.close();
  }
}

/** Opens the gallery several times, each time in a fresh page; of each step, the round whose longest task is the middle one. */
export async function measureLongTasks(context) {
  const [{ build }, { site }] = await Promise.all([import('esbuild'), import('../../esbuild.config.mjs')]);
  await build(site());
  const rounds = [];
  while (rounds.length < (context.quick ? 1 : ROUNDS)) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    rounds.push(await openGallery(context));
  }
  const rows = rounds[0].map((_, step) => {
    const sorted = rounds.map((round) => round[step]).sort((a, b) => a[LONGEST] - b[LONGEST]);
    return {
      ...sorted[Math.floor(rounds.length / 2)],
      'in rounds, ms': sorted.map((row) => row[LONGEST].toFixed(0)).join(', '),
    };
  });
  const reached = Math.max(...rows.map((row) => row[LONGEST]));
  const goal = { text: 'gallery: the longest task of the page', reached, bound: { atMost: LIMIT_MS }, unit: 'ms' };
  return {
    rows,
    goals: [goal],
    notes: [
      'Where a task takes much longer than its CPU time, it waits for other processes, as the first layout does for fonts.',
    ],
  };
}
