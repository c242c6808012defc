// npm run zoo -- [name …] [--fresh]: loads the architectures of test/zoo, runs them and differentiates them, and compares with
// onnxruntime and with float64. Each has a process of its own. What is known of an architecture already, with this code, is
// not looked at again; results are in test/zoo/results.json and .md.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const FOLDER = join(root, 'test/zoo');
const RESULTS = join(FOLDER, 'results.json');
const LIMIT_MS = 20 * 60_000;
const MAX_FORWARD = 5e-5;
const MAX_GRADIENT = 1e-5;
const MAX_REFUSAL_MS = 1000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { fresh: { type: 'boolean', default: false } },
});

function look(name) {
  return new Promise((resolve) => {
    const child = fork(join(root, 'scripts/zoo/child.mjs'), [name], { execArgv: ['--max-old-space-size=8000'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let verdict;
    child.on('message', (said) => (verdict = said));
    child.on('exit', (code) => {
      clearTimeout(limit);
      resolve(verdict ?? { refused: `its process ended (${code})`, isTyped: false, loadMs: LIMIT_MS });
    });
  });
}

/** Why a network does not pass; undefined where it does. */
export function fault({ refused, isTyped, loadMs, forward, gradient }) {
  if (refused !== undefined) return !isTyped || loadMs > MAX_REFUSAL_MS ? 'refused badly' : 'refused';
  if (!(forward <= MAX_FORWARD)) return 'output';
  return gradient <= MAX_GRADIENT ? undefined : 'gradient';
}

const scientific = (n) => (n === undefined ? '' : n.toExponential(1));

function line(name, verdict) {
  const { refused, loadMs, nodes = [], forward, gradient, guessed = '', megabytes } = verdict;
  const numbers = [
    megabytes?.toFixed(1),
    loadMs.toFixed(0),
    nodes.join(' → '),
    scientific(forward),
    scientific(gradient),
  ];
  return `| ${[name, fault(verdict) ?? 'runs', ...numbers, refused ?? guessed].join(' | ')} |`;
}

const HEAD = `| network | | MB | load, ms | nodes | output | gradient | guessed, or why not |
|---|---|---|---|---|---|---|---|`;

await main(async () => {
  await setUp();
  const [{ build }, { zoo }] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  await build(zoo());
  const code = createHash('sha256')
    .update(readFileSync(join(root, 'build/zoo-check/check.js')))
    .digest('hex')
    .slice(0, 16);
  const known = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  const all = readdirSync(join(FOLDER, 'nets')).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
  const wanted = positionals.length > 0 ? positionals : all;
  console.log(HEAD);
  for (const name of wanted) {
    if (options.fresh || positionals.length > 0 || known[name]?.code !== code)
      known[name] = { ...(await look(name)), code };
    console.log(line(name, known[name]));
    writeFileSync(RESULTS, `${JSON.stringify(known, null, 1)}\n`);
  }
  const faults = wanted.filter((name) => fault(known[name]) !== undefined);
  console.log(`${wanted.length - faults.length} passed, ${faults.length} failed`);
  process.exitCode = faults.length > 0 ? 1 : 0;
});
