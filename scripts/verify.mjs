// npm run verify: everything that can be checked without running the code, and the build: side by side, in two lanes.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

/** What only reads, and what builds; each in its order. */
const LANES = [
  {
    format: 'prettier --check --log-level warn .',
    types: 'tsc',
    'types of the command line': 'tsc -p cli',
    exports: 'node scripts/exports.mjs',
    lint: 'eslint --max-warnings 0 .',
    imports: 'depcruise --no-progress src components cli shaders site',
    'op names': 'node scripts/op-names.mjs',
    words: 'node scripts/words.mjs',
    elements: 'node scripts/manifest.mjs',
    unused: 'knip --no-progress',
    naga: 'node scripts/naga.mjs',
  },
  {
    build: 'node scripts/build.mjs',
    licences: 'node scripts/licences.mjs',
    size: 'node scripts/size.mjs',
  },
];

/** Runs a check and prints all that it says, and whether it is right. */
function check(name, command, env) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell: true });
    const said = [];
    child.stdout.on('data', (text) => said.push(text));
    child.stderr.on('data', (text) => said.push(text));
    child.on('close', (status) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`\n— ${name}: ${command}\n${Buffer.concat(said)}  ${status === 0 ? 'ok' : 'FAILED'}, ${seconds} s`);
      resolve(status === 0);
    });
  });
}

await main(async () => {
  await setUp();
  const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
  const failed = [];
  const runLane = async (lane) => {
    for (const [name, command] of Object.entries(lane)) if (!(await check(name, command, env))) failed.push(name);
  };
  await Promise.all(LANES.map(runLane));
  if (failed.length) console.log(`\nfailed: ${failed.join(', ')}`);
  process.exitCode = failed.length ? 1 : 0;
  const count = LANES.flatMap((lane) => Object.keys(lane)).length;
  console.log(`\n${count - failed.length} passed, ${failed.length} failed`);
});
