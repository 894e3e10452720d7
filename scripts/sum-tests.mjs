// Adds up jest's reports of a folder and prints the closing line. In CI a skipped test is a failed one.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  sum.skipped += report.numPendingTests + report.numTodoTests;
}
const failed = sum.failed + sum.skipped;
if (sum.skipped > 0) console.log(`${sum.skipped} tests were skipped, which counts as failed here`);
console.log(`${sum.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && sum.passed > 0 ? 0 : 1;
