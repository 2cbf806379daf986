import { type BudgetUse, budgetUseAt, spendAt, type WindowSpend } from '../usage/spend.ts';
import { type LimitedWindow, limitedWindows, type Usage } from '../usage/usage.ts';
import type { KeyLimits } from './key-limits.ts';

/** What an owner has under way and has used, as it counts against the limits that hold. */
export interface KeyUsage {
  /** Jobs that are accepted and have not ended. */
  readonly openJobs: number;
  /** How many there may be: the key's own limit, or the stage's. */
  readonly maxOpenJobs: number;
  /** How far each rate limit that holds is used. */
  readonly windows: readonly LimitedWindow[];
  /** How far each budget is used. */
  readonly budgets: readonly BudgetUse[];
  /** What is spent, with a budget or without. */
  readonly spend: readonly WindowSpend[];
  /** When the last job was submitted, epoch milliseconds. */
  readonly lastUsedAt?: number;
}

/** The usage at that time (epoch ms) under the limits that hold; of an owner who has used nothing yet there is none. */
export function keyUsageOf(
  usage: Usage | undefined,
  { rateLimits, maxOpenJobs, budgets }: KeyLimits,
  now: number,
): KeyUsage {
  const { open, counts, sums, models } = usage ?? { open: [], counts: [], sums: [], models: [] };
  return {
    openJobs: open.length,
    maxOpenJobs,
    windows: limitedWindows(counts, rateLimits, now),
    budgets: budgetUseAt({ open, sums, models }, budgets, now),
    spend: spendAt({ open, sums, models }, now),
    ...(usage?.lastUsedAt === undefined ? {} : { lastUsedAt: usage.lastUsedAt }),
  };
}
