import { headerNames } from '../../contract/headers.ts';
import type { RateLimitStatus } from '../../domain/usage/usage.ts';

/**
 * The status of a caller's rate limits, an item per window, as the structured fields of the IETF's draft on RateLimit
 * header fields for HTTP: quota and window of each policy, what remains of it and for how long. Empty where there is no
 * limit.
 */
export function rateLimitHeaders(rateLimits: readonly RateLimitStatus[]): Readonly<Record<string, string>> {
  if (rateLimits.length === 0) return {};
  const items = (parametersOf: (status: RateLimitStatus) => string): string =>
    rateLimits.map((status) => `"${status.limit.period}";${parametersOf(status)}`).join(', ');
  return {
    [headerNames.rateLimitPolicy]: items(({ limit, windowSeconds }) => `q=${limit.requests};w=${windowSeconds}`),
    [headerNames.rateLimit]: items(({ remaining, resetSeconds }) => `r=${remaining};t=${resetSeconds}`),
  };
}
