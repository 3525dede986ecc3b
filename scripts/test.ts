// Runs all tests and closes with one line that counts them. Arguments are passed on to vitest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const root = path.resolve(import.meta.dirname, '..');
const reportFile = path.join(root, '.cutline/test-report.json');
mkdirSync(path.dirname(reportFile), { recursive: true });
rmSync(reportFile, { force: true });

const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const run = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
});

const reportSchema = z.looseObject({ numPassedTests: z.number(), numFailedTests: z.number(), success: z.boolean() });
const report = reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
// A test file that does not load fails the run without a failed test of its own.
const failed = report.numFailedTests === 0 && run.status !== 0 ? 1 : report.numFailedTests;
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = run.status ?? 1;
