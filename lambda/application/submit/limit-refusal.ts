import { GatewayError } from '../../domain/error-code.ts';
import type { Period } from '../../domain/keys/key-limits.ts';
import { type Micros, usdOf } from '../../domain/money/micros.ts';
import { type BudgetRefusal, budgetStatus } from '../../domain/usage/budgets.ts';
import type { LimitsShown } from '../../domain/usage/limits-shown.ts';
import { type LimitRefusal, rateLimitStatus } from '../../domain/usage/usage.ts';

/** A job may end at any moment, and most do within a minute. */
const openJobsRetrySeconds = 5;

/** Time that DynamoDB needs to scale for the write rate of one item. */
const throttleRetrySeconds = 1;

type LimitReached = Exclude<LimitRefusal, { readonly by: 'throttle' }>;

/** The limit's name in logs: the period of a rate limit, or what else is limited. */
export const limitName = (refusal: LimitReached): string =>
  refusal.by === 'rate' ? refusal.window.limit.period : refusal.by;

/** The setting of a virtual key by which the limit can be raised. */
const paramOf = {
  rate: 'rate_limits',
  open_jobs: 'max_open_jobs',
  budget: 'budgets',
} as const satisfies Record<LimitReached['by'], string>;

/** The refusal of a submission for which there is no room at that time (epoch ms), with what to wait for. */
export function limitRefusal(refusal: LimitRefusal, now: number, limits: LimitsShown): GatewayError {
  const code = refusal.by === 'budget' ? 'budget_exceeded' : 'rate_limited';
  const retryAfterSeconds = retrySeconds(refusal, now);
  return new GatewayError(code, messageFor(refusal, now), {
    ...(refusal.by === 'throttle' ? {} : { param: paramOf[refusal.by] }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    limits,
  });
}

/** Undefined where waiting doesn't help. */
function retrySeconds(refusal: LimitRefusal, now: number): number | undefined {
  switch (refusal.by) {
    case 'rate':
      return rateLimitStatus(refusal.window, now).resetSeconds;
    case 'budget':
      return fits(refusal) ? budgetStatus(refusal.window, now).resetSeconds : undefined;
    case 'open_jobs':
      return openJobsRetrySeconds;
    case 'throttle':
      return throttleRetrySeconds;
  }
}

/** Whether an unused window would have room. */
const fits = ({ micros, window }: BudgetRefusal): boolean => micros <= window.budget.micros;

function messageFor(refusal: LimitRefusal, now: number): string {
  switch (refusal.by) {
    case 'rate': {
      const { limit, resetsAt } = refusal.window;
      const { resetSeconds } = rateLimitStatus(refusal.window, now);
      return `This caller has reached its limit of ${counted(limit.requests, 'submission')} ${per[limit.period]}. ${nothingDone}; ${nextWindow(resetsAt, resetSeconds)}.`;
    }
    case 'budget':
      return budgetMessage(refusal, now);
    case 'open_jobs':
      return `This caller has reached its limit of ${counted(refusal.maxOpenJobs, 'open job')}. ${nothingDone}; wait for a job to end, or cancel one.`;
    case 'throttle':
      return `This caller sends too many requests at once. ${nothingDone}; try again in a second.`;
  }
}

function budgetMessage(refusal: BudgetRefusal, now: number): string {
  const { budget, resetsAt } = refusal.window;
  const { remaining, resetSeconds } = budgetStatus(refusal.window, now);
  const limit = `${usd(budget.micros)} ${per[budget.period]}`;
  const cost = `This request may cost up to ${usd(refusal.micros)}`;
  return fits(refusal)
    ? `${cost}, and ${usd(remaining)} is left of this caller's budget of ${limit}. ${nothingDone}; ${nextWindow(resetsAt, resetSeconds)}.`
    : `${cost}, which is more than this caller's budget of ${limit}, of which ${usd(remaining)} is left. ${nothingDone}; the next window, from ${new Date(resetsAt).toISOString()}, has no room for it either.`;
}

const nothingDone = 'Nothing was accepted or charged';

const nextWindow = (resetsAt: number, resetSeconds: number): string =>
  `the next window begins at ${new Date(resetsAt).toISOString()}, in ${counted(resetSeconds, 'second')}`;

const usd = (micros: Micros): string => `${usdOf(micros)} USD`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const per: Readonly<Record<Period, string>> = {
  '1m': 'a minute',
  '1h': 'an hour',
  '1d': 'a day',
  '1w': 'a week',
  '1M': 'a month',
};
