/**
 * By default the SDK only logs a request that exceeds its timeout; `throwOnRequestTimeout` makes it abort the request.
 */
const givenUp = { connectionTimeout: 2_000, throwOnRequestTimeout: true } as const;

/**
 * How the AWS clients of workers and caretakers are configured. A store that doesn't answer must not use up a
 * function's time: a request that hangs is given up and tried again, three times in all.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { ...givenUp, requestTimeout: 8_000 },
} as const;

/**
 * Those of a worker's tables. A throttled table takes writes again after a second or more, as it grows, and a job that
 * a worker can't complete or give back is worked on, and paid for, once more. The lease leaves time for seven tries.
 */
export const workerTableSettings = {
  maxAttempts: 7,
  requestHandler: { ...givenUp, requestTimeout: 5_000 },
} as const;

/**
 * Those of functions that a caller waits for. What a store leaves half done is then taken back, which may meet the same
 * store: both together must leave time for an answer of our own before API Gateway gives the function up.
 */
export const promptClientSettings = {
  maxAttempts: 3,
  requestHandler: { ...givenUp, requestTimeout: 3_000 },
} as const;

/**
 * Those by which a submission's files are inspected and copied while its caller waits: within S3 the copy of a large object takes
 * seconds. Both tries together leave time to take back what was stored, and for an answer.
 */
export const fileClientSettings = {
  maxAttempts: 2,
  requestHandler: { ...givenUp, requestTimeout: 8_000 },
} as const;
