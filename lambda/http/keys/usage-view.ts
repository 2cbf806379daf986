import type { UsageView } from '../../contract/usage.ts';
import type { KeyUsage } from '../../domain/keys/key-usage.ts';
import { usdOf } from '../../domain/money/micros.ts';
import type { BudgetUse, WindowSpend } from '../../domain/usage/spend.ts';
import type { LimitedWindow } from '../../domain/usage/usage.ts';

const instant = (epochMilliseconds: number): string => new Date(epochMilliseconds).toISOString();

/** An owner's usage in the contract's fields, as they appear with its key, too. */
export const usageFieldsOf = ({ openJobs, maxOpenJobs, windows, budgets, spend }: KeyUsage) => ({
  open_jobs: openJobs,
  max_open_jobs: maxOpenJobs,
  requests: windows.map(requestWindow),
  budgets: budgets.map(budgetWindow),
  spend: spend.map(spendWindow),
});

/** What an owner is shown of its own usage. */
export const usageView = (owner: string, usage: KeyUsage): UsageView => ({
  ...{ object: 'usage', owner },
  ...usageFieldsOf(usage),
  ...(usage.lastUsedAt === undefined ? {} : { last_used_at: instant(usage.lastUsedAt) }),
});

const requestWindow = ({ limit, used, resetsAt }: LimitedWindow) => ({
  ...{ period: limit.period, used, limit: limit.requests, resets_at: instant(resetsAt) },
});

const budgetWindow = ({ budget, committed, reserved, resetsAt }: BudgetUse) => ({
  period: budget.period,
  limit_usd: usdOf(budget.micros),
  committed_usd: usdOf(committed),
  reserved_usd: usdOf(reserved),
  remaining_usd: usdOf(Math.max(0, budget.micros - committed)),
  resets_at: instant(resetsAt),
});

const spendWindow = ({ period, spent, reserved, startsAt, resetsAt, models }: WindowSpend) => ({
  ...{ period, usd: usdOf(spent), reserved_usd: usdOf(reserved) },
  ...{ starts_at: instant(startsAt), resets_at: instant(resetsAt) },
  ...(models === undefined ? {} : { models: models.map(({ model, micros }) => ({ model, usd: usdOf(micros) })) }),
});
