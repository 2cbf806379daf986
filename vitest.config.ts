import { defineConfig } from 'vitest/config';

/** Where a machine-readable report is wanted besides the one for people. */
const reportFile = process.env.DARKROOM_TEST_REPORT;

const common = {
  env: { CDK_VALIDATION: 'false' },
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    reporters: reportFile ? ['default', 'json'] : ['default'],
    ...(reportFile ? { outputFile: { json: reportFile } } : {}),
    // Most of the time goes into waiting: for leases, retries and simulated providers. So two files run at a time, also where
    // there are but two processors, and each process keeps what it has loaded for the files to come: the CDK and the SDK once
    // for each file took a fifth of the time. What is put under faults has the machine to itself: there lateness looks like
    // a loss.
    projects: [
      {
        test: {
          ...common,
          name: 'all but chaos',
          include: ['test/**/*.test.ts'],
          exclude: ['test/chaos/**'],
          globalSetup: ['test/support/bundled-functions.ts'],
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
