// Peak memory of a page, read from outside: typed arrays and WebAssembly's memory are in no figure that the page itself sees.
import { readFileSync } from 'node:fs';
import { launchChrome } from '../launch.mjs';

const EVERY_MS = 10;
const SETTLING_MS = 500;
const MB = 1e6;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Proportional set size of a process, bytes; 0 when it has ended meanwhile. */
function pssOf(pid) {
  try {
    return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
  } catch {
    return 0;
  }
}

/** Of all renderers of a browser, bytes; 0 outside of Linux. `session` is one of its own. */
export async function pssOfRenderers(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { id }) => sum + pssOf(id), 0);
}

/** Makes the pages of a browser and their Workers clean up. */
async function collectGarbage(browser) {
  for (const page of await browser.pages()) {
    const sessions = [await page.createCDPSession(), ...page.workers().map(({ client }) => client)];
    for (const each of sessions) await each.send('HeapProfiler.collectGarbage');
  }
  await pause(SETTLING_MS);
}

/** The driver has the renderer keep what pages download, for who may want to look at it. */
const withoutNetworkLog = (page) => page._client().send('Network.disable');

/**
 * Of a page in a browser of its own: what its renderers took, Workers included, at most and when they had cleaned up, and
 * what it told.
 */
export async function memoryOf(context, part, runScript, script = 'peak') {
  const browser = await launchChrome();
  try {
    const session = await browser.target().createCDPSession();
    let peak = 0;
    let reading = true;
    const read = async () => {
      while (reading) {
        peak = Math.max(peak, await pssOfRenderers(session));
        await pause(EVERY_MS);
      }
    };
    const reader = read();
    const told = {};
    await runScript({ ...context, browser, onPage: withoutNetworkLog }, script, [part], async (_, { rows }) => {
      reading = false;
      await reader;
      await collectGarbage(browser);
      Object.assign(told, { kept: await pssOfRenderers(session), told: rows[0] });
    });
    return { peak, ...told };
  } finally {
    await browser.close();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const PAGES = {
  empty: 'nothing',
  backend: 'the library, its Worker and kernels',
  once: 'SqueezeNet 1.1, forward and guided backward',
  often: 'the same, ten times in a row',
};

/** Guided backpropagation through SqueezeNet, beyond a page that does nothing. */
export async function measurePeak(context, runScript) {
  if (process.platform !== 'linux') return { rows: [], notes: ['Only Linux tells how much memory a process takes.'] };
  const samples = Object.fromEntries(Object.keys(PAGES).map((part) => [part, []]));
  for (let round = 0; round < (context.quick ? 1 : 3); round++) {
    for (const part of Object.keys(PAGES)) samples[part].push(await memoryOf(context, part, runScript));
  }
  const of = (part, key) => median(samples[part].map((sample) => sample[key])) / MB;
  const rows = Object.entries(PAGES).map(([part, page]) => ({
    page,
    'peak, MB': of(part, 'peak'),
    'after a collection, MB': of(part, 'kept'),
    'peak beyond an empty page, MB': of(part, 'peak') - of('empty', 'peak'),
    'after a collection, beyond an empty page, MB': of(part, 'kept') - of('empty', 'kept'),
    ...samples[part][0].told,
    rounds: samples[part].length,
  }));
  const text = 'SqueezeNet 1.1, forward and guided backward on the CPU: peak memory beyond an empty page, MB';
  const goals = [{ text, reached: of('often', 'peak') - of('empty', 'peak'), bound: { atMost: 60 }, unit: '' }];
  const note =
    'Proportional set size of the renderers, the Worker’s included: the most that is seen while the page works.';
  return { rows, goals, notes: [note] };
}
