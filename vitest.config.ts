import { defineConfig } from 'vitest/config';

/** Where a machine-readable report is wanted besides the one for people. */
const reportFile = process.env.DARKROOM_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    env: { CDK_VALIDATION: 'false' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: reportFile ? ['default', 'json'] : ['default'],
    ...(reportFile ? { outputFile: { json: reportFile } } : {}),
  },
});
