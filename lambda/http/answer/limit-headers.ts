import { headerNames } from '../../contract/headers.ts';
import { usdOf } from '../../domain/money/micros.ts';
import type { BudgetStatus } from '../../domain/usage/budgets.ts';
import type { LimitsShown } from '../../domain/usage/limits-shown.ts';
import type { RateLimitStatus } from '../../domain/usage/usage.ts';

/** The status of a caller's limits. Empty where they weren't checked, or there are none. */
export const limitHeaders = (limits: LimitsShown | undefined): Readonly<Record<string, string>> => ({
  ...rateLimitHeaders(limits?.rateLimits ?? []),
  ...budgetHeaders(limits?.budget),
});

/**
 * The status of rate limits, an item per window, as the structured fields of the IETF's draft on RateLimit
 * header fields for HTTP: quota and window of each policy, what remains of it and for how long.
 */
function rateLimitHeaders(rateLimits: readonly RateLimitStatus[]): Readonly<Record<string, string>> {
  if (rateLimits.length === 0) return {};
  const items = (parametersOf: (status: RateLimitStatus) => string): string =>
    rateLimits.map((status) => `"${status.limit.period}";${parametersOf(status)}`).join(', ');
  return {
    [headerNames.rateLimitPolicy]: items(({ limit, windowSeconds }) => `q=${limit.requests};w=${windowSeconds}`),
    [headerNames.rateLimit]: items(({ remaining, resetSeconds }) => `r=${remaining};t=${resetSeconds}`),
  };
}

/** US dollars, and seconds until the next window. */
const budgetHeaders = (status: BudgetStatus | undefined): Readonly<Record<string, string>> =>
  status === undefined
    ? {}
    : {
        [headerNames.budgetLimit]: String(usdOf(status.budget.micros)),
        [headerNames.budgetRemaining]: String(usdOf(status.remaining)),
        [headerNames.budgetReset]: String(status.resetSeconds),
      };
