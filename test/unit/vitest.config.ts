import { defineConfig } from 'vitest/config';

/** The unit tests without what other tests need first, for `npm run check`. */
export default defineConfig({
  test: { include: ['test/unit/**/*.test.ts'], isolate: false, maxWorkers: 2, testTimeout: 120_000 },
});
