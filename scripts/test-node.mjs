// npm run test:node: builds the package's modules and tests them in Node, where there is no page and no GPU.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, root, setUp } from './setup.mjs';

const FOLDER = join(root, 'test/node');
const LIMIT_MS = 300_000;

/** Runs test/node/*.test.mjs on a fresh build; resolves to how many passed and failed. */
export async function testInNode() {
  const [{ buildLibrary }, { run }, { spec }] = await Promise.all([
    import('./library.mjs'),
    import('node:test'),
    import('node:test/reporters'),
  ]);
  await buildLibrary();
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.mjs'));
  const total = { passed: 0, failed: 0 };
  const tests = run({ files: files.map((name) => join(FOLDER, name)), concurrency: true, timeout: LIMIT_MS });
  // A suite counts by its tests; a file that does not load is a test that failed.
  const count =
    (key) =>
    ({ details }) =>
      details.type !== 'suite' && total[key]++;
  tests.on('test:pass', count('passed')).on('test:fail', count('failed'));
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
  return total;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp();
    const { passed, failed } = await testInNode();
    process.exitCode = failed ? 1 : 0;
    console.log(`${passed} passed, ${failed} failed`);
  });
}
