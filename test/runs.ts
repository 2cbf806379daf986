/** The test files of a run, as globs from the repository's root. */
export interface TestRun {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** What `npm test` has of the end-to-end tests: each door, a restart, a provider for each shape of reply, a sample of who may call. */
export const endToEndSample = [
  'test/e2e/main-course.test.ts',
  'test/e2e/stream-course.test.ts',
  'test/e2e/synchronous-results.test.ts',
  'test/e2e/cancel-delete.test.ts',
  'test/e2e/short-restart.test.ts',
  'test/e2e/idempotency.test.ts',
  'test/e2e/models.test.ts',
  'test/e2e/raw-bodies.test.ts',
  'test/e2e/log-leaks.test.ts',
  'test/e2e/documented-answers.test.ts',
  'test/e2e/openai-sdk.test.ts',
  'test/e2e/authorization/sample.test.ts',
  'test/e2e/canaries/canary.test.ts',
  'test/e2e/providers/stability.test.ts',
  'test/e2e/providers/together.test.ts',
  'test/e2e/providers/bfl.test.ts',
] as const;

/** What takes long besides the end-to-end tests. */
export const longElsewhere = [
  'test/contract/vendor-schemas/**/*.test.ts',
  'test/types/**/*.test.ts',
  'test/contract/providers/new-models.test.ts',
  'test/contract/providers/bills.test.ts',
  'test/contract/stores/usage-crowd.test.ts',
  'test/local/command-usage.test.ts',
  'test/simulation/more-worlds.test.ts',
  'test/local/vendors/large-results.test.ts',
  'test/unit/adapters/images/convert-images.test.ts',
  'test/unit/contract/openapi-linters.test.ts',
] as const;

/** What is put under faults has the machine to itself: there lateness looks like a loss. */
const underFaults = ['test/chaos/chaos.test.ts'] as const;

export const testRuns = {
  fast: { include: ['test/!(e2e)/**/*.test.ts', ...endToEndSample], exclude: [...longElsewhere, ...underFaults] },
  long: { include: ['test/e2e/**/*.test.ts', ...longElsewhere], exclude: endToEndSample },
  chaos: { include: underFaults, exclude: [] },
} as const satisfies Record<string, TestRun>;
