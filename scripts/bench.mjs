// npm run bench [-- part …] [--quick]: times this library beside onnxruntime-web and tfjs in one headless Chromium; see
// bench/README.md. With --gpu: what needs no page, in Node on Dawn, on whatever Vulkan device there is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What main.ts does: in a page, or in Node as well. */
const ANYWHERE = [
  'models',
  'kernels',
  'methods',
  'memory',
  'scaling',
  'embed',
  'synthesis',
  'attributions',
  'training',
];
const IN_MAIN = [...ANYWHERE, 'top-k'];
/** What cpu.ts does, in a page of its own, and what takes pages for itself; `cpu` is all of them. */
const IN_CPU = ['cpu-layers', 'cpu-networks', 'cpu-synthesis', 'cpu-attributions', 'cpu-embed', 'cpu-occlusion'];
const CPU = [...IN_CPU, 'cpu-cold', 'cpu-memory', 'cpu-page'];
const PARTS = [...IN_MAIN, 'cold', 'page', 'load', 'large', 'occlusion', ...CPU];

const OCCLUSION = join(root, 'bench/occlusion.ts');

const PEERS = ['onnxruntime-web', '@tensorflow/tfjs-core', '@jax-js/jax', 'convnetjs'];

const machineOf = (runtime, adapter, peers = []) => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: os.cpus()[0].model.trim(),
  cores: os.cpus().length,
  runtime,
  adapter,
  peers: peers.map((name) => `${name} ${devDependencies[name]}`),
});

/** Runs a script of the bench in a page of its own until it says that it is done; resolves to the adapter. */
async function runScript(context, name, parts, onReport) {
  const { browser, url, cpuMs, quick } = context;
  const { observe } = await import('./launch.mjs');
  const page = await browser.newPage();
  await context.onPage?.(page);
  try {
    return await new Promise((resolve, reject) => {
      browser.once('disconnected', () => reject(new Error('the browser has ended')));
      observe(page, (kind, text) => {
        if (kind === 'fault') reject(new Error(text));
        else if (kind === 'error' || kind === 'warn') console.error(text);
      });
      Promise.all([
        page.exposeFunction('benchCpuMs', cpuMs),
        page.exposeFunction('benchAsk', context.ask),
        page.exposeFunction('benchProgress', (text) => console.log(`… ${text}`)),
        page.exposeFunction('benchReport', onReport),
        page.exposeFunction('benchDone', resolve),
        page.evaluateOnNewDocument(
          (settings) => {
            globalThis.benchHost = {
              ...settings,
              cpuMs: () => globalThis.benchCpuMs(),
              ask: (...question) => globalThis.benchAsk(...question),
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
    browser.removeAllListeners('disconnected');
    if (browser.connected) await page.close();
  }
}

const spread = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) };
};

/** Libraries in turn, each time in a fresh page. */
async function startCold(context, libraries) {
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
  return { rows, notes: ['The code of the library is loaded before; wasm that it fetches itself counts.'] };
}

async function measureColdStarts(context) {
  const libraries = ['Unpool webgpu', 'onnxruntime-web webgpu', 'tfjs webgpu', 'onnxruntime-web wasm', 'tfjs wasm'];
  const { rows, notes } = await startCold(context, libraries);
  const own = rows[0]['wall ms'].median;
  const goals = rows.slice(1, 3).map((row) => ({
    text: `SqueezeNet 1.1, create and first run: of the time of ${row.library}`,
    reached: (100 * own) / row['wall ms'].median,
    bound: { atMost: 20 },
    unit: '%',
  }));
  return { rows, goals, notes };
}

/** The forward pass, and with guided backpropagation, beside onnxruntime-web. */
async function measureColdStartsOnCpu(context) {
  const pairs = [
    ['Unpool cpu', 'onnxruntime-web wasm'],
    ['Unpool cpu, guided', 'onnxruntime-web wasm, guided'],
  ];
  const { rows, notes } = await startCold(context, [...pairs.flat(), 'tfjs wasm']);
  const costOf = (name) => rows.find(({ library }) => library === name)['core-ms'].median;
  const goals = pairs.map(([own, peer]) => ({
    text: `SqueezeNet 1.1, create and first run, ${own}: of the CPU time of ${peer}`,
    reached: (100 * costOf(own)) / costOf(peer),
    bound: { atMost: 25 },
    unit: '%',
  }));
  return { rows, goals, notes };
}

/** bench/occlusion.ts is a page of its own that checks what it prints: a line for each network. */
function measureOcclusion() {
  const command = [join(root, 'scripts/page.mjs'), OCCLUSION];
  const { stdout, status } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const rows = stdout.split('\n').flatMap((line) => {
    const [network, positions, ...figures] = line.trim().split(/ {2,}/);
    return /relative L2 .*share /.test(line) ? [{ network, positions, figures: figures.join('; ') }] : [];
  });
  const goals = rows.flatMap(({ network, figures }) => {
    const error = /relative L2 ([^\s;]+)/.exec(figures)?.[1] ?? NaN;
    const share = /share ([^\s;]+) %/.exec(figures)?.[1] ?? NaN;
    const goal = (text, reached, bound, unit) => ({
      text: `incremental occlusion, ${network}: ${text}`,
      reached,
      bound,
      unit,
    });
    return [
      goal('relative L2 difference from whole passes', Number(error), { atMost: 1e-5 }, ''),
      goal('share of the bound', Number(share), { atLeast: 65 }, '%'),
    ];
  });
  // What other parts measured, and the networks that were finished, are kept.
  const notes = status === 0 ? [] : [`bench/occlusion.ts failed, or had not ended in time: exit status ${status}.`];
  return { rows, goals, notes };
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
  const [
    { serve },
    { launchChrome },
    { cpuClock },
    { measureFirstFigure, measureLongTasks },
    { measurePeak },
    { measureLoading },
    { measureLarge },
    { openPython },
  ] = await Promise.all([
    import('./serve.mjs'),
    import('./launch.mjs'),
    import('./bench/processes.mjs'),
    import('./bench/long-tasks.mjs'),
    import('./bench/peak.mjs'),
    import('./bench/loading.mjs'),
    import('./bench/large.mjs'),
    import('./bench/python.mjs'),
  ]);
  await buildPages(['main', 'cold', 'cpu', 'peak', 'load', 'large']);
  const server = await serve();
  const browser = await launchChrome();
  const cpuMs = cpuClock(browser.process().pid);
  const python = openPython();
  const context = { browser, url: server.url, cpuMs, quick, ask: python.ask };
  try {
    const adapters = [];
    if (wanted.some((part) => IN_MAIN.includes(part))) adapters.push(await runScript(context, 'main', wanted, report));
    if (wanted.some((part) => CPU.includes(part))) adapters.push(await runScript(context, 'cpu', wanted, report));
    if (wanted.includes('cold')) report('cold', await measureColdStarts(context));
    if (wanted.includes('page')) report('page', await measureLongTasks(context));
    if (wanted.includes('load')) report('load', await measureLoading(context, runScript));
    if (wanted.includes('large')) report('large', await measureLarge(context, runScript));
    if (wanted.includes('occlusion')) report('occlusion', measureOcclusion());
    if (wanted.includes('cpu-cold')) report('cpu-cold', await measureColdStartsOnCpu(context));
    if (wanted.includes('cpu-page')) report('cpu-page', await measureFirstFigure(context));
    if (wanted.includes('cpu-memory')) report('cpu-memory', await measurePeak(context, runScript));
    return machineOf(await browser.version(), adapters.join(' and '), PEERS);
  } finally {
    python.close();
    await browser.close();
    server.close();
  }
}

/** Starts this command again where a Vulkan loader and SwiftShader are found: both are looked for as a process starts. */
async function restartWithSwiftShader() {
  const { vulkanEnvironment } = await import('./browser.mjs');
  const env = vulkanEnvironment();
  if (env.VK_DRIVER_FILES === process.env.VK_DRIVER_FILES) throw new Error('Dawn finds no GPU and no SwiftShader');
  console.log('Dawn finds no GPU: SwiftShader serves');
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' }).status);
}

/** What needs no page, on Dawn in this process. */
async function runInNode(wanted, quick, report) {
  const [{ build }, { benchInNode }, { create, globals }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('webgpu'),
  ]);
  const gpu = create([]);
  if (!(await gpu.requestAdapter())) await restartWithSwiftShader();
  await build(benchInNode());
  Object.assign(globalThis, globals);
  // Node has a navigator of its own from version 21 on.
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  let adapter;
  globalThis.benchHost = {
    parts: wanted,
    quick,
    peers: false,
    ask: async () => null,
    cpuMs: async () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    read: async (path) => new Uint8Array(await readFile(join(root, path))),
    progress: (text) => console.log(`… ${text}`),
    report: async (part, outcome) => report(part, outcome),
    done: async (name) => {
      adapter = name;
    },
  };
  await import('../build/bench/main.js');
  return machineOf(`Dawn in Node ${process.version}`, adapter);
}

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, gpu: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const possible = values.gpu ? ANYWHERE : PARTS.filter((part) => part !== 'occlusion' || existsSync(OCCLUSION));
  const named = positionals.flatMap((part) => (part === 'cpu' && !values.gpu ? CPU : [part]));
  const unknown = named.find((part) => !possible.includes(part));
  if (unknown) throw new Error(`there is no part "${unknown}"; there are ${possible.join(', ')}`);
  const wanted = named.length > 0 ? named : possible;
  await setUp();
  const { describeGoals, describePart, save } = await import('./bench/report.mjs');
  const parts = {};
  const report = (name, outcome) => {
    parts[name] = outcome;
    console.log(`\n${describePart(name, outcome)}\n`);
  };
  const machine = await (values.gpu ? runInNode : runInBrowser)(wanted, values.quick, report);
  console.log(describeGoals(parts));
  const isVoid = Object.values(parts).some((part) => part.isVoid);
  // Only a whole run is worth keeping: of everything, or of the CPU.
  const whole = !values.quick && (wanted.length === possible.length || positionals.join() === 'cpu');
  const path = save(join(root, whole && !isVoid ? 'bench/results' : 'build/bench'), machine, parts);
  console.log(`\n${relative(root, path)}.json and .md`);
  if (isVoid) throw new Error('the run is void: see the goals');
});
