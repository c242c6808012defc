// npm test [-- test/gpu/expand.test.ts …]: runs the test files in a headless Chromium, and without names those in Node too.
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  if (process.argv.length === 2) {
    const [{ testInNode }, { total }] = await Promise.all([import('./test-node.mjs'), import('./reporter.mjs')]);
    Object.assign(total, await testInNode());
  }
  const { startTestRunner } = await import('@web/test-runner');
  await startTestRunner();
});
