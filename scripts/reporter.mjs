import { relative } from 'node:path';

/** Files whose time is told. */
const SLOWEST = 12;

/** Test runner reporter whose last line is `N passed, N failed`, for people and machines alike. */
export function summaryReporter() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  return {
    onTestRunFinished({ sessions }) {
      const times = [];
      const add = ({ tests, suites }) => {
        let ms = 0;
        for (const { passed, skipped, duration = 0 } of tests) {
          total[skipped ? 'skipped' : passed ? 'passed' : 'failed']++;
          ms += duration;
        }
        return suites.reduce((sum, suite) => sum + add(suite), ms);
      };
      for (const { passed, testResults, testFile } of sessions) {
        const before = total.failed;
        if (testResults) times.push([add(testResults), relative(process.cwd(), testFile)]);
        // A file that does not load or times out fails without a failed test.
        if (!passed && total.failed === before) total.failed++;
      }
      times.sort(([a], [b]) => b - a);
      const slowest = times.slice(0, SLOWEST).map(([ms, file]) => `  ${(ms / 1000).toFixed(1)} s ${file}`);
      console.log(`\nthe slowest files:\n${slowest.join('\n')}`);
      const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
      // The runner still writes after its reporters; at exit nothing can follow. It knows only its own failures.
      process.once('exit', () => {
        if (total.failed) process.exitCode = 1;
        console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
      });
    },
  };
}
