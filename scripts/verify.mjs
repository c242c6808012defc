// npm run verify: everything that can be checked without running the code, and the build.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

const CHECKS = {
  format: 'prettier --check --log-level warn .',
  types: 'tsc',
  exports: 'node scripts/exports.mjs',
  lint: 'eslint --max-warnings 0 .',
  imports: 'depcruise --no-progress src components shaders site',
  'op names': 'node scripts/op-names.mjs',
  unused: 'knip --no-progress',
  naga: 'node scripts/naga.mjs',
  build: 'node scripts/build.mjs',
  licences: 'node scripts/licences.mjs',
  size: 'node scripts/size.mjs',
};

await main(async () => {
  await setUp();
  const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
  const failed = Object.entries(CHECKS).filter(([name, command]) => {
    const start = performance.now();
    console.log(`\n— ${name}: ${command}`);
    const { status } = spawnSync(command, { cwd: root, env, stdio: 'inherit', shell: true });
    console.log(`  ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return status !== 0;
  });
  if (failed.length) console.log(`\nfailed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = failed.length ? 1 : 0;
  console.log(`\n${Object.keys(CHECKS).length - failed.length} passed, ${failed.length} failed`);
});
