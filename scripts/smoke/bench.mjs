// The part of npm run smoke that opens the page of the benchmark: the table is filled.
import assert from 'node:assert/strict';
import { drawn, textOf } from './figures.mjs';
import { checkPage, openPage } from './visit.mjs';

/** Errors of the page in one view. */
export async function visitBench(browser, url, view) {
  const visit = await openPage(browser, `${url}/site/bench.html`, view, 'bench');
  const { page, errors } = visit;
  await drawn(page, 'cnn-bench');
  assert.match(await textOf(page, 'cnn-bench'), /GFLOP\/s/, 'the benchmark has no rates');
  await checkPage(visit);
  await page.close();
  return errors;
}
