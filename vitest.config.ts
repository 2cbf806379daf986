import { defineConfig } from 'vitest/config';
import { testRuns } from './test/runs.ts';

/** Where a machine-readable report is wanted besides the one for people. */
const reportFile = process.env.DARKROOM_TEST_REPORT;

/** Safety nets and no measurements: a busy machine must not look like a fault. */
const common = {
  env: { CDK_VALIDATION: 'false' },
  testTimeout: 120_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 60_000 } },
};

/**
 * Most of the time goes into waiting: for leases, retries and simulated providers. So two files run at a time, also where there
 * are but two processors, and each process keeps what it has loaded for the files to come: the CDK and the SDK once for each
 * file took a fifth of the time.
 */
const sideBySide = { globalSetup: ['test/support/bundled-functions.ts'], maxWorkers: 2, isolate: false };

const filesOf = ({ include, exclude }: (typeof testRuns)[keyof typeof testRuns]) => ({
  include: [...include],
  exclude: [...exclude],
});

export default defineConfig({
  test: {
    reporters: reportFile ? ['default', 'json'] : ['default'],
    ...(reportFile ? { outputFile: { json: reportFile } } : {}),
    projects: [
      { test: { ...common, ...sideBySide, name: 'fast', ...filesOf(testRuns.fast), sequence: { groupOrder: 0 } } },
      { test: { ...common, ...sideBySide, name: 'long', ...filesOf(testRuns.long), sequence: { groupOrder: 1 } } },
      { test: { ...common, name: 'chaos', ...filesOf(testRuns.chaos), maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
});
