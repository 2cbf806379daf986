/** The header names of the contract, in lower case as the code compares them. */
export const headerNames = {
  resultTtl: 'x-bf-async-job-result-ttl',
  idempotencyKey: 'idempotency-key',
  idempotencyReplayed: 'idempotency-replayed',
  requestId: 'x-request-id',
  prefer: 'prefer',
  preferenceApplied: 'preference-applied',
  /** The job of a synchronous answer. */
  jobId: 'x-darkroom-job-id',
  /**
   * `false` where a client that tries again by itself would gain nothing, or might pay twice: the official OpenAI SDKs
   * obey it.
   */
  shouldRetry: 'x-should-retry',
  rateLimitPolicy: 'ratelimit-policy',
  rateLimit: 'ratelimit',
  budgetLimit: 'x-budget-limit',
  budgetRemaining: 'x-budget-remaining',
  budgetReset: 'x-budget-reset',
  /** The name of a webhook, which no stage has yet. */
  webhook: 'x-bf-async-webhook',
  rawRequest: 'x-bf-send-back-raw-request',
  rawResponse: 'x-bf-send-back-raw-response',
  /** The name under which equal submissions of an owner share one answer. */
  cacheKey: 'x-bf-cache-key',
  cacheTtl: 'x-bf-cache-ttl',
  cacheType: 'x-bf-cache-type',
  cacheNoStore: 'x-bf-cache-no-store',
} as const;

/** What a script of another origin may read of an answer, besides the few headers that any may. */
export const exposedHeaders = [
  headerNames.requestId,
  headerNames.jobId,
  'location',
  'retry-after',
  headerNames.idempotencyReplayed,
  headerNames.preferenceApplied,
  headerNames.shouldRetry,
  headerNames.rateLimitPolicy,
  headerNames.rateLimit,
  headerNames.budgetLimit,
  headerNames.budgetRemaining,
  headerNames.budgetReset,
] as const;

/** Headers that may carry a virtual key, in order of precedence. */
export const credentialHeaders = ['authorization', 'x-bf-vk', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

/**
 * What such a script may send. The asterisk lets pass what clients add of their own, as the official OpenAI SDKs do; it covers
 * `Authorization` in no browser, and nothing in old ones: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
 */
export const scriptHeaders = [
  ...credentialHeaders,
  'content-type',
  headerNames.prefer,
  headerNames.idempotencyKey,
  headerNames.requestId,
  headerNames.resultTtl,
  headerNames.rawRequest,
  headerNames.rawResponse,
  headerNames.webhook,
  headerNames.cacheKey,
  headerNames.cacheTtl,
  headerNames.cacheType,
  headerNames.cacheNoStore,
  '*',
] as const;

/** How long a known answer lives where its submission doesn't say. */
export const defaultCacheTtlSeconds = 300;

/** The prefix of every virtual key; text without it is another kind of credential, or a client's dummy. */
export const virtualKeyPrefix = 'sk-bf-';
