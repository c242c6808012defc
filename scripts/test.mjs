// npm test: everything, in Node, in a headless Chromium on WebGPU, and in one without WebGPU, on the CPU.
// npm test -- test/gpu/expand.test.ts …: these files on WebGPU. npm run test:cpu [-- …]: without it; npm run test:firefox [-- …]:
// the same in an installed Firefox.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const runner = join(root, 'node_modules/@web/test-runner/dist/bin.js');
const SUMMARY = /(\d+) passed, (\d+) failed/g;

/** Runs the browser's test files; resolves to what its last line says. A run that says nothing failed once. */
function testInBrowser(env, files) {
  const args = files.length > 0 ? ['--files', ...files] : [];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [runner, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (text) => {
      process.stdout.write(text);
      printed = (printed + text).slice(-1000);
    });
    child.on('close', (status) => {
      const [, passed, failed] = [...printed.matchAll(SUMMARY)].at(-1) ?? [0, 0, 1];
      resolve({ passed: Number(passed), failed: Math.max(Number(failed), status === 0 ? 0 : 1) });
    });
  });
}

await main(async () => {
  const { values, positionals: files } = parseArgs({
    options: { cpu: { type: 'boolean', default: false }, firefox: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  await setUp();
  const withoutGpu = { UNPOOL_BACKEND: 'cpu', ...(values.firefox && { UNPOOL_BROWSER: 'firefox' }) };
  const passes =
    values.cpu || values.firefox
      ? [() => testInBrowser(withoutGpu, files)]
      : files.length > 0
        ? [() => testInBrowser({}, files)]
        : [
            async () => (await import('./test-node.mjs')).testInNode(),
            () => testInBrowser({}, []),
            () => testInBrowser(withoutGpu, []),
          ];
  const total = { passed: 0, failed: 0 };
  for (const run of passes) {
    const { passed, failed } = await run();
    total.passed += passed;
    total.failed += failed;
  }
  if (total.failed > 0) process.exitCode = 1;
  console.log(`${total.passed} passed, ${total.failed} failed`);
});
