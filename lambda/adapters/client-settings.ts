/**
 * How every AWS client is configured. A store that doesn't answer must not use up a function's time: a request that hangs
 * is given up and tried again, three times in all.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000 },
} as const;
