import * as z from 'zod/mini';
import { periods } from '../domain/keys/key-limits.ts';
import { keyIdPrefix } from '../domain/keys/virtual-key.ts';
import { virtualKeyPrefix } from './headers.ts';
import { limits } from './limits.ts';
import { usageFields } from './usage.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const instant = (meaning: string) => described(z.string(), `${meaning} RFC 3339, UTC, milliseconds.`);

/** Neither what can't be seen, nor space at either end, nor what an id or a credential begins with. */
const nameForm = new RegExp(
  `^(?!${keyIdPrefix}|${virtualKeyPrefix}|\\s)[^\\p{C}\\p{Zl}\\p{Zp}\\p{DI}]{1,${limits.keyNameCharacters}}(?<!\\s)$`,
  'u',
);

const name = described(
  z.string().check(
    z.regex(nameForm),
    // Two spellings of one letter would be two names that look the same.
    z.refine((text) => text === text.normalize('NFC')),
  ),
  `For people, and for tokens that name the key: 1 to ${limits.keyNameCharacters} printable characters, no space at either end, not beginning with \`${keyIdPrefix}\` or \`${virtualKeyPrefix}\`, in Unicode's composed form (NFC). Names are unique.`,
);

const modelNames = z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(
  z.maxLength(limits.keyModels),
  z.refine((names) => new Set(names).size === names.length),
);

const providers = described(
  z.record(z.string(), modelNames).check(
    z.refine((rights) => Object.keys(rights).length <= limits.keyProviders),
    z.refine((rights) => JSON.stringify(rights).length <= limits.keyRightsBytes),
  ),
  `What the key may use, as \`{"provider": ["model"]}\`, with \`*\` for all; everything else is denied. At most ${limits.keyProviders} providers, ${limits.keyModels} models of each, none twice, and ${limits.keyRightsBytes / 1024} KiB in all.`,
);

const rateLimitFields = {
  requests: described(
    z.int().check(z.gte(1), z.lte(limits.requestsOfWindow)),
    'Maximum of accepted submissions per window.',
  ),
  period: described(z.enum(periods), 'Windows are fixed, in UTC; weeks begin on Monday.'),
};

const rateLimits = described(
  z
    .array(z.strictObject(rateLimitFields))
    .check(z.refine((all) => new Set(all.map(({ period }) => period)).size === all.length)),
  "At most one object `{requests, period}` per period. Absent: the stage's limits; an empty list: none.",
);

const budgetFields = {
  usd: described(
    z.number().check(
      z.gt(0),
      z.lte(limits.budgetUsd),
      // As many decimals as there are micro-dollars: sums are exact.
      z.refine((usd) => Number(usd.toFixed(6)) === usd),
    ),
    `US dollars that the submissions of a window may cost: above 0, up to ${limits.budgetUsd.toLocaleString('en-US')}, with at most six decimals.`,
  ),
  period: described(z.enum(periods), 'Windows are fixed, in UTC; weeks begin on Monday.'),
};

const budgets = described(
  z
    .array(z.strictObject(budgetFields))
    .check(z.refine((all) => new Set(all.map(({ period }) => period)).size === all.length)),
  'At most one object `{usd, period}` per period. Absent or empty: costs are not limited.',
);

const maxOpenJobs = described(
  z.int().check(z.gte(1), z.lte(limits.openJobs)),
  "Maximum number of open jobs (accepted and not ended). Absent: the stage's limit.",
);

const resultTtl = described(
  z.int().check(z.gte(1), z.lte(limits.resultTtlSeconds)),
  "How many seconds results are kept if a submission doesn't say. Absent: the stage's default.",
);

const expiresAt = described(
  z.iso.datetime({ offset: true }).check(z.refine((text) => Date.parse(text) < Date.UTC(10_000, 0))),
  'RFC 3339, in the future. The key is refused from this instant on. Absent: it never expires.',
);

const active = described(z.boolean(), 'False blocks the key and stops its open jobs.');

/** What a key is made with. */
export const virtualKeyCreationSchema = z.strictObject({
  name,
  active: z.optional(active),
  providers: z.optional(providers),
  budgets: z.optional(budgets),
  rate_limits: z.optional(rateLimits),
  max_open_jobs: z.optional(maxOpenJobs),
  result_ttl: z.optional(resultTtl),
  expires_at: z.optional(expiresAt),
});
export type VirtualKeyCreation = z.infer<typeof virtualKeyCreationSchema>;

/** What is to become of a key: what is absent stays, and null takes a setting away. */
export const virtualKeyChangeSchema = z.strictObject({
  name: z.optional(name),
  active: z.optional(active),
  providers: z.optional(providers),
  budgets: z.optional(z.nullable(budgets)),
  rate_limits: z.optional(z.nullable(rateLimits)),
  max_open_jobs: z.optional(z.nullable(maxOpenJobs)),
  result_ttl: z.optional(z.nullable(resultTtl)),
  expires_at: z.optional(z.nullable(expiresAt)),
});
export type VirtualKeyChange = z.infer<typeof virtualKeyChangeSchema>;

/** How a key gets a new credential. */
export const virtualKeyRotationSchema = z.strictObject({
  overlap_seconds: z.optional(
    described(
      z.int().check(z.gte(0), z.lte(limits.overlapSeconds)),
      'How many seconds earlier credentials keep working; 0 if absent.',
    ),
  ),
});
export type VirtualKeyRotation = z.infer<typeof virtualKeyRotationSchema>;

/** A virtual key, as an admin sees it. */
export const virtualKeySchema = z.object({
  id: described(z.string(), 'Owns the jobs, whichever credential submitted them.'),
  object: z.literal('virtual_key'),
  name: z.string(),
  key: z.optional(
    described(z.string(), 'The credential. Only the responses that create one contain it; it is not stored.'),
  ),
  credentials: described(
    z.array(z.object({ expires_at: z.optional(instant('Refused from this instant on.')) })),
    'The valid credentials, newest first: earlier ones end with their overlap. One without `expires_at` works until the key is rotated.',
  ),
  active: z.boolean(),
  providers: z.record(z.string(), z.array(z.string())),
  budgets: described(
    z.array(z.object(budgetFields)),
    'From the shortest period to the longest. Empty: costs are not limited.',
  ),
  rate_limits: z.optional(
    described(
      z.array(z.object(rateLimitFields)),
      "From the shortest period to the longest. Absent: the stage's limits.",
    ),
  ),
  max_open_jobs: z.optional(described(z.int(), "Absent: the stage's limit.")),
  result_ttl: z.optional(described(z.int(), "Seconds. Absent: the stage's default.")),
  created_at: instant('When the key was made.'),
  expires_at: z.optional(instant('Refused from this instant on.')),
  last_used_at: z.optional(instant('When its last submission was accepted.')),
  usage: z.optional(
    described(z.object(usageFields), "The key's current usage. Absent in responses that contain the credential."),
  ),
});
export type VirtualKeyView = z.infer<typeof virtualKeySchema>;

/** One page of the stage's keys. */
export const virtualKeyListSchema = z.object({
  object: z.literal('list'),
  data: z.array(virtualKeySchema),
  has_more: z.boolean(),
  next_cursor: z.optional(described(z.string(), 'Pass it as `cursor` to get the next page. Absent on the last page.')),
});
export type VirtualKeyList = z.infer<typeof virtualKeyListSchema>;

/** The answer to the deletion of a key. */
export const deletedVirtualKeySchema = z.object({
  id: z.string(),
  object: z.literal('virtual_key'),
  deleted: z.literal(true),
  purge: z.optional(
    described(
      z.enum(['done', 'continues']),
      'If a purge was requested. `done`: all jobs, images and files that were found are deleted. `continues`: the stage continues to delete them. Submissions may be accepted for five more seconds; the stage deletes their jobs one to six minutes later.',
    ),
  ),
});
export type DeletedVirtualKey = z.infer<typeof deletedVirtualKeySchema>;
