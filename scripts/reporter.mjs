/** Test runner reporter whose last line is `N passed, N failed`, for people and machines alike. */
export function summaryReporter() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  return {
    onTestRunFinished({ sessions }) {
      const add = ({ tests, suites }) => {
        for (const { passed, skipped } of tests) total[skipped ? 'skipped' : passed ? 'passed' : 'failed']++;
        suites.forEach(add);
      };
      for (const { passed, testResults } of sessions) {
        const before = total.failed;
        if (testResults) add(testResults);
        // A file that does not load or times out fails without a failed test.
        if (!passed && total.failed === before) total.failed++;
      }
      const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
      // The runner still writes after its reporters; at exit nothing can follow. It knows only its own failures.
      process.once('exit', () => {
        if (total.failed) process.exitCode = 1;
        console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
      });
    },
  };
}
