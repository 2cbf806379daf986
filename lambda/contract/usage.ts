import * as z from 'zod/mini';
import { periods } from '../domain/keys/key-limits.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const instant = (meaning: string) => described(z.string(), `${meaning} RFC 3339, UTC, milliseconds.`);

const usd = (meaning: string) => described(z.number(), `US dollars. ${meaning}`);

const resetsAt = instant('When the next window begins.');

const requestWindow = z.object({
  period: z.enum(periods),
  used: described(z.int(), 'Submissions accepted in the current window.'),
  limit: described(z.int(), "The key's own limit, or the stage's."),
  resets_at: resetsAt,
});

const budgetWindow = z.object({
  period: z.enum(periods),
  limit_usd: usd('The budget.'),
  committed_usd: usd('What is spent in the current window, and what is reserved.'),
  reserved_usd: usd("Of that, what jobs may cost that haven't ended."),
  remaining_usd: usd('What is left.'),
  resets_at: resetsAt,
});

const spendWindow = z.object({
  period: z.enum(periods),
  usd: usd('What the jobs have cost that were submitted in the current window and have ended.'),
  reserved_usd: usd("What those may cost that haven't ended."),
  starts_at: instant('When the window began.'),
  resets_at: resetsAt,
  models: z.optional(
    described(
      z.array(z.object({ model: described(z.string(), '`provider/model`.'), usd: usd('What it has cost.') })),
      'The same by model, the dearest first. For the day and the month.',
    ),
  ),
});

/** What is known of an owner's usage, wherever it is shown. */
export const usageFields = {
  open_jobs: described(z.int(), 'Accepted jobs that have not ended.'),
  max_open_jobs: described(z.int(), "The maximum: the key's own limit, or the stage's."),
  requests: described(z.array(requestWindow), 'One for each rate limit, from the shortest period to the longest.'),
  budgets: described(z.array(budgetWindow), 'One for each budget, from the shortest period to the longest.'),
  spend: described(
    z.array(spendWindow),
    'One for each period, whether or not there is a budget. A cost that is unknown counts as the most that the request could have cost, or as 0 if its price is unknown, too.',
  ),
};

/** The caller's own usage. */
export const usageSchema = z.object({
  object: z.literal('usage'),
  owner: described(z.string(), "The virtual key's id, or `admin:` and the token's subject."),
  ...usageFields,
  last_used_at: z.optional(instant('When the last submission was accepted.')),
});
export type UsageView = z.infer<typeof usageSchema>;
