// npm run zoo -- [name …] [--fresh]: loads the architectures of test/zoo, runs them and differentiates them, and compares with
// onnxruntime and with float64. Each has a process of its own. What is known of one already, with this code, is not looked at
// again; results are in test/zoo/results.json and .md.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const FOLDER = join(root, 'test/zoo');
const RESULTS = join(FOLDER, 'results.json');
/** A float64 pass over 600×600 pixels takes an hour: `npm run bench -- large` compares this one between the backends. */
const TOO_LARGE = 'efficientnet_b7';
const HEAD = `| network | | MB | load, ms | nodes in the file → to run | output | gradient | guessed, or why not |
|---|---|---|---|---|---|---|---|`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { fresh: { type: 'boolean', default: false } },
});

const scientific = (n) => (n === undefined ? '' : n.toExponential(1));

await main(async () => {
  await setUp();
  const { buildZoo, faultOf, look } = await import('./zoo/look.mjs');
  await buildZoo();
  const code = createHash('sha256')
    .update(readFileSync(join(root, 'build/zoo-check/check.js')))
    .digest('hex');
  const known = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  const all = readdirSync(join(FOLDER, 'nets')).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
  const wanted = positionals.length > 0 ? positionals : all.filter((name) => name !== TOO_LARGE);
  const line = (name) => {
    const { refused, loadMs, nodes = [], forward, gradient, guessed = '', megabytes } = known[name];
    const sizes = [megabytes?.toFixed(1) ?? '', loadMs.toFixed(0), nodes.join(' → ')];
    const errors = [scientific(forward), scientific(gradient)];
    return `| ${[name, faultOf(known[name]) ?? 'runs', ...sizes, ...errors, refused ?? guessed].join(' | ')} |`;
  };
  console.log(HEAD);
  for (const name of wanted) {
    if (options.fresh || known[name]?.code !== code) known[name] = { ...(await look(name)), code };
    console.log(line(name));
    writeFileSync(RESULTS, `${JSON.stringify(known, null, 1)}\n`);
  }
  const done = all.filter((name) => known[name]);
  const table = [HEAD, ...done.map(line)].join('\n');
  writeFileSync(join(FOLDER, 'results.md'), `# Architectures of others\n\nWritten by \`npm run zoo\`.\n\n${table}\n`);
  const faults = wanted.filter((name) => faultOf(known[name]) !== undefined);
  console.log(`${wanted.length - faults.length} passed, ${faults.length} failed`);
  process.exitCode = faults.length > 0 ? 1 : 0;
});
