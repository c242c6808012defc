// Peak memory of a page, read from outside: typed arrays and WebAssembly's memory are in no figure that the page itself sees.
import { readFileSync } from 'node:fs';
import { launchChrome } from '../launch.mjs';

const EVERY_MS = 10;
const MB = 1e6;

/** Proportional set size of a process, bytes; 0 when it has ended meanwhile. */
function pssOf(pid) {
  try {
    return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
  } catch {
    return 0;
  }
}

/** Of a page in a browser of its own: what its renderers took, Workers included, at most and at the end, and what it told. */
async function memoryOf(context, part, runScript) {
  const browser = await launchChrome();
  try {
    const session = await browser.target().createCDPSession();
    let peak = 0;
    let now = 0;
    let reading = true;
    const read = async () => {
      while (reading) {
        const { processInfo } = await session.send('SystemInfo.getProcessInfo');
        const renderers = processInfo.filter(({ type }) => type === 'renderer');
        const all = renderers.reduce((sum, { id }) => sum + pssOf(id), 0);
        if (reading) now = all;
        peak = Math.max(peak, now);
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    };
    const told = {};
    const reader = read();
    await runScript({ ...context, browser }, 'peak', [part], (_, { rows }) => Object.assign(told, rows[0]));
    reading = false;
    await reader;
    return { peak, end: now, told };
  } finally {
    await browser.close();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const PAGES = {
  empty: 'nothing',
  backend: 'the library, its Worker and kernels',
  guided: 'SqueezeNet 1.1, forward and guided backward',
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
    'at the end, MB': of(part, 'end'),
    'peak beyond an empty page, MB': of(part, 'peak') - of('empty', 'peak'),
    ...samples[part][0].told,
    rounds: samples[part].length,
  }));
  const text = 'SqueezeNet 1.1, forward and guided backward on the CPU: peak memory beyond an empty page, MB';
  const goals = [{ text, reached: of('guided', 'peak') - of('empty', 'peak'), bound: { atMost: 60 }, unit: '' }];
  const note =
    'Proportional set size of the renderers, the Worker’s included: the most that is seen while the page works.';
  return { rows, goals, notes: [note] };
}
