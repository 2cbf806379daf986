import type { Mutant } from './mutant.ts';

/** Safeguards of budgets and costs, each by the name that `--without` knows it by. */
export const moneySafeguards = {
  'budget-at-submission': {
    safeguard: 'a submission is given room only where each budget has room for the most that it may cost',
    file: 'adapters/dynamo/usage/reserve-update.ts',
    snippet: 'budgetConditions(windows, limits.budgets, micros)',
    replacement: 'budgetConditions(windows, limits.budgets, Math.min(micros, -1e12))',
  },
  'raise-before-further-requests': {
    safeguard: 'each further request of a job is reserved before it is made',
    file: 'application/attempt/money/raise-reservation.ts',
    snippet: 'const isCovered = quote !== undefined && micros <= (job.reserved ?? 0);',
    replacement: 'const isCovered = quote !== undefined && micros >= (job.reserved ?? 0);',
  },
  'budget-of-further-requests': {
    safeguard: 'a reservation is raised only where each budget has room for it',
    file: 'adapters/dynamo/usage/reservation-writes.ts',
    snippet: 'if (refusal) return { raised: false, refusal } as const;',
    replacement: 'void refusal;\n        budgets = [];',
  },
  'settled-by-the-ledger': {
    safeguard: 'what a job has spent takes the place of what was reserved for it',
    file: 'application/end/end-reservation.ts',
    snippet: 'usage.settle(owner, { nonce, at }, spendsOf(job))',
    replacement: 'usage.settle(owner, { nonce, at }, spendsOf({ ...job, attempts: job.attempts.slice(0, 1) }))',
  },
  'settled-when-all-is-spent': {
    safeguard: 'a job is settled once no request of it is open, and not before',
    file: 'application/end/apply-end.ts',
    snippet: '!isOpen(job) && openAttempt(job.attempts) === undefined;',
    replacement: '!isOpen(job) && openAttempt([]) === undefined;',
  },
  'settled-once': {
    safeguard: 'a reservation is ended once, also where the SDK sends that again since the answer was lost',
    file: 'adapters/dynamo/usage/reservation-updates.ts',
    snippet: '  ConditionExpression: unchanged(reservation),\n});',
    replacement: "  ConditionExpression: reservation.nonce ? 'attribute_exists(#open)' : unchanged(reservation),\n});",
  },
  'unknown-counts-as-spent': {
    safeguard: 'a request whose outcome or cost is unknown counts as the most that it may have cost',
    file: 'domain/jobs/spending.ts',
    snippet: 'return cost?.micros ?? quote?.worst ?? 0;',
    replacement: 'return cost?.micros ?? (quote ? 0 : 0);',
  },
  'money-given-back': {
    safeguard: 'what was reserved for a submission that was not accepted is free again',
    file: 'adapters/dynamo/usage/reservation-updates.ts',
    snippet: 'const sums = changedSums(reservation, 0);',
    replacement: 'const sums = changedSums(reservation, reservation.micros);',
  },
  'swept-by-the-ledger': {
    safeguard: 'the sweep settles what a job has spent, as its worker would have done',
    file: 'application/upkeep/sweep-usage.ts',
    snippet: 'usage.settle(owner, reservation, spendsOf(own))',
    replacement: 'usage.settle(owner, reservation, spendsOf({ ...own, attempts: [] }))',
  },
  'cost-of-what-was-made': {
    safeguard: 'what a provider says or lists that a request cost is what its ledger entry has',
    file: 'application/attempt/money/cost-of-answer.ts',
    snippet: 'asked: attempt.imagesAsked,\n    made: images.length,',
    replacement: 'asked: attempt.imagesAsked + 1,\n    made: images.length,',
  },
} as const satisfies Record<string, Mutant>;
