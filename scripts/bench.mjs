// npm run bench [-- part …] [--quick]: times this library beside onnxruntime-web and tfjs in one headless Chromium; see
// bench/README.md. With --gpu: what needs no page, in Node on Dawn, on whatever Vulkan device there is.
import { writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

/** What main.ts does in one page. */
const IN_PAGE = ['models', 'kernels', 'methods', 'memory', 'scaling'];
const PARTS = [...IN_PAGE, 'cold', 'page'];

const machineOf = (runtime, adapter) => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: os.cpus()[0].model.trim(),
  cores: os.cpus().length,
  runtime,
  adapter,
});

/** Runs a script of the bench in a page of its own until it says that it is done; resolves to the adapter. */
async function runScript(context, name, parts, onReport) {
  const { browser, url, cpuMs, quick } = context;
  const { observe } = await import('./launch.mjs');
  const page = await browser.newPage();
  try {
    return await new Promise((resolve, reject) => {
      observe(page, (kind, text) => {
        if (kind === 'fault') reject(new Error(text));
        else if (kind === 'error' || kind === 'warn') console.error(text);
      });
      Promise.all([
        page.exposeFunction('benchCpuMs', cpuMs),
        page.exposeFunction('benchProgress', (text) => console.log(`… ${text}`)),
        page.exposeFunction('benchReport', onReport),
        page.exposeFunction('benchDone', resolve),
        page.evaluateOnNewDocument(
          (settings) => {
            globalThis.benchHost = {
              ...settings,
              cpuMs: () => globalThis.benchCpuMs(),
              read: async (path) => new Uint8Array(await (await fetch(`/${path}`)).arrayBuffer()),
              progress: (text) => globalThis.benchProgress(text),
              report: (part, outcome) => globalThis.benchReport(part, outcome),
              done: (adapter) => globalThis.benchDone(adapter),
            };
          },
          { parts, quick, peers: true },
        ),
      ])
        .then(() => page.goto(`${url}/build/pages/${name}.html`))
        .catch(reject);
    });
  } finally {
    await page.close();
  }
}

const spread = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) };
};

/** Libraries in turn, each time in a fresh page. */
async function measureColdStarts(context) {
  const libraries = ['Unpool webgpu', 'onnxruntime-web webgpu', 'tfjs webgpu', 'onnxruntime-web wasm', 'tfjs wasm'];
  const samples = libraries.map(() => []);
  for (let round = 0; round < (context.quick ? 1 : 3); round++) {
    for (const [i, library] of libraries.entries())
      await runScript(context, 'cold', [library], (_, { rows }) => samples[i].push(rows[0]));
  }
  const rows = samples.map((list) => {
    const [{ library, ...times }] = list;
    const columns = Object.keys(times).map((key) => [key, spread(list.map((row) => row[key]))]);
    return { network: 'SqueezeNet 1.1', library, ...Object.fromEntries(columns), rounds: list.length };
  });
  const own = rows[0]['wall ms'].median;
  const goals = rows.slice(1, 3).map((row) => ({
    text: `SqueezeNet 1.1, create and first run: of the time of ${row.library}`,
    reached: (100 * own) / row['wall ms'].median,
    bound: { atMost: 20 },
    unit: '%',
  }));
  return { rows, goals, notes: ['The code of the library is loaded before; wasm that it fetches itself counts.'] };
}

async function buildPages(names) {
  const [{ build }, config] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  await build(config.bench(names.map((name) => `bench/${name}.ts`)));
  mkdirSync(join(root, 'build/pages'), { recursive: true });
  for (const name of names) {
    const html = `<!doctype html><title>${name}</title><link rel="icon" href="data:," /><script type="module" src="${name}.js"></script>`;
    writeFileSync(join(root, `build/pages/${name}.html`), html);
  }
}

/** All in one browser. */
async function runInBrowser(wanted, quick, report) {
  const [{ serve }, { launchChrome }, { cpuClock }, { measureLongTasks }] = await Promise.all([
    import('./serve.mjs'),
    import('./launch.mjs'),
    import('./bench/processes.mjs'),
    import('./bench/long-tasks.mjs'),
  ]);
  await buildPages(['main', 'cold']);
  const server = await serve();
  const browser = await launchChrome();
  const cpuMs = cpuClock(browser.process().pid);
  const context = { browser, url: server.url, cpuMs, quick };
  try {
    const adapter = await runScript(context, 'main', wanted, report);
    if (wanted.includes('cold')) report('cold', await measureColdStarts(context));
    if (wanted.includes('page')) report('page', await measureLongTasks(context));
    return machineOf(await browser.version(), adapter);
  } finally {
    await browser.close();
    server.close();
  }
}

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, gpu: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.find((part) => !PARTS.includes(part));
  if (unknown) throw new Error(`there is no part "${unknown}"; there are ${PARTS.join(', ')}`);
  const wanted = positionals.length > 0 ? positionals : PARTS;
  await setUp();
  const { describeGoals, describePart, save } = await import('./bench/report.mjs');
  const parts = {};
  const report = (name, outcome) => {
    parts[name] = outcome;
    console.log(`\n${describePart(name, outcome)}\n`);
  };
  const machine = await runInBrowser(wanted, values.quick, report);
  console.log(describeGoals(parts));
  // Only a whole run is worth keeping.
  const whole = wanted.length === PARTS.length && !values.quick;
  const path = save(join(root, whole ? 'bench/results' : 'build/bench'), machine, parts);
  console.log(`\n${relative(root, path)}.json and .md`);
});
