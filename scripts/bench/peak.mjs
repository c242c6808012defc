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

/** Of a page in a browser of its own: the most that its renderers took, Workers included, while it did its work. */
async function peakOf(context, part, runScript) {
  const browser = await launchChrome();
  try {
    const session = await browser.target().createCDPSession();
    let peak = 0;
    let reading = true;
    const read = async () => {
      while (reading) {
        const { processInfo } = await session.send('SystemInfo.getProcessInfo');
        const renderers = processInfo.filter(({ type }) => type === 'renderer');
        peak = Math.max(
          peak,
          renderers.reduce((sum, { id }) => sum + pssOf(id), 0),
        );
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    };
    const counted = {};
    const reader = read();
    await runScript({ ...context, browser }, 'peak', [part], (_, { rows }) => Object.assign(counted, rows[0]));
    reading = false;
    await reader;
    return { peak, counted };
  } finally {
    await browser.close();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Guided backpropagation through SqueezeNet, beyond a page that does nothing. */
export async function measurePeak(context, runScript) {
  if (process.platform !== 'linux') return { rows: [], notes: ['Only Linux tells how much memory a process takes.'] };
  const samples = { empty: [], guided: [] };
  let counted;
  for (let round = 0; round < (context.quick ? 1 : 3); round++) {
    for (const part of ['empty', 'guided']) {
      const found = await peakOf(context, part, runScript);
      samples[part].push(found.peak);
      counted = found.counted;
    }
  }
  const [empty, guided] = [median(samples.empty), median(samples.guided)].map((bytes) => bytes / MB);
  return {
    rows: [
      {
        network: 'SqueezeNet 1.1, forward and guided backward',
        'empty page, MB': empty,
        'page, MB': guided,
        'beyond, MB': guided - empty,
        ...counted,
        rounds: samples.empty.length,
      },
    ],
    goals: [
      {
        text: 'SqueezeNet 1.1, forward and guided backward on the CPU: memory beyond an empty page, MB',
        reached: guided - empty,
        bound: { atMost: 60 },
        unit: '',
      },
    ],
    notes: [
      'Proportional set size of the renderers, the Worker’s included: the most that is seen while the page works.',
    ],
  };
}
