// npm test [-- test/gpu/expand.test.ts …]: runs the test files in a headless Chromium.
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  const { startTestRunner } = await import('@web/test-runner');
  await startTestRunner();
});
