import { type BudgetStatus, tightestBudget } from './budgets.ts';
import { type RateLimitStatus, rateLimitStatus } from './usage.ts';
import type { LimitsState } from './usage-store.ts';

/** How a caller's limits are used at the time of the answer, to be shown with it. */
export interface LimitsShown {
  readonly rateLimits: readonly RateLimitStatus[];
  /** The budget that has least left. @default - the caller has no budget */
  readonly budget?: BudgetStatus;
}

/** What is shown of these limits at that time (epoch ms). */
export function shownLimits({ windows, budgets }: LimitsState, now: number): LimitsShown {
  const budget = tightestBudget(budgets, now);
  const rateLimits = windows.map((window) => rateLimitStatus(window, now));
  return { rateLimits, ...(budget === undefined ? {} : { budget }) };
}
